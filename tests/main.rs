//! The one integration-test binary.

mod read;
