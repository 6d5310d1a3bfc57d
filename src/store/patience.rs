//! How long a store may take to answer, the same for all of them.

use std::time::Duration;

use object_store::{BackoffConfig, ClientOptions, RetryConfig};

/// With the retries, an address where nobody answers fails after about a quarter of a minute.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// A whole answer, its body included: readers ask for parts of objects and writers send parts.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// The time limits of a client.
pub(super) fn limits() -> ClientOptions {
    ClientOptions::new().with_connect_timeout(CONNECT_TIMEOUT).with_timeout(REQUEST_TIMEOUT)
}

/// How often a request is made again.
pub(super) fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(2),
            base: 2.0,
        },
        max_retries: 3,
        retry_timeout: Duration::from_secs(10),
    }
}
