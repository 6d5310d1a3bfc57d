//! The one integration-test binary.

<<<<<<< HEAD
mod functions;
=======
mod read;
>>>>>>> read
