//! Timeouts and retries, the same for all stores.

use std::time::Duration;

use object_store::{BackoffConfig, ClientOptions, RetryConfig};

/// A connection timeout is retried like a refused connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// A complete response, including its body: readers request ranges of objects and writers send
/// parts.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a request is retried by default.
const RETRIES: Duration = Duration::from_secs(30);
/// The setting that says it, in seconds.
const SETTING: &str = "PATRONAGE_RETRY_SECONDS";

/// The time limits of a client.
pub(super) fn timeouts() -> ClientOptions {
    ClientOptions::new().with_connect_timeout(CONNECT_TIMEOUT).with_timeout(REQUEST_TIMEOUT)
}

/// How a request is retried that a store refused, interrupted or was too busy for: with growing
/// pauses, until the time is over. The number of retries is not limited.
pub(super) fn config() -> RetryConfig {
    let set = std::env::var(SETTING).ok().and_then(|text| text.trim().parse().ok());
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        },
        max_retries: usize::MAX,
        retry_timeout: set.map_or(RETRIES, Duration::from_secs),
    }
}
