//! HTTP clients: whether a redirect is followed, and what a server learns besides its own request.
//!
//! A request to a store is signed, and its headers contain keys: it goes only to the named server.
//! A file of a web server may be on another one, which then must not receive the original address:
//! a signature may be part of it. The client of `object_store` follows redirects and sends that
//! address, and cannot be configured not to.

use std::time::Duration;

use object_store::client::{HttpClient, HttpConnector};
use object_store::{ClientConfigKey as Key, ClientOptions, Error, Result};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, NoProxy, Proxy};

/// What the program calls itself.
const AGENT: &str = concat!("patronage/", env!("CARGO_PKG_VERSION"));

/// Makes clients.
#[derive(Debug, Clone, Copy)]
pub(super) enum Connector {
    /// For servers with signed requests.
    #[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
    Staying,
    /// Of servers of files.
    #[cfg(feature = "http")]
    Following,
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> Result<HttpClient> {
        let redirects = match self {
            #[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
            Self::Staying => Policy::none(),
            #[cfg(feature = "http")]
            Self::Following => Policy::default(),
        };
        let builder = Client::builder().redirect(redirects).referer(false);
        Ok(HttpClient::new(Settings(options).client(builder)?))
    }
}

/// The options of a client: ours, and those of the environment, such as proxies and timeouts.
struct Settings<'a>(&'a ClientOptions);

impl Settings<'_> {
    fn client(&self, builder: ClientBuilder) -> Result<Client> {
        let builder = builder
            .user_agent(self.0.get_config_value(&Key::UserAgent).unwrap_or(AGENT.to_owned()))
            .https_only(!self.is_on(Key::AllowHttp)?)
            .danger_accept_invalid_certs(self.is_on(Key::AllowInvalidCertificates)?)
            // The size of an object is that of its bytes as stored.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate();
        let builder = self.through_proxies(self.with_limits(self.of_versions(builder)?)?)?;
        builder.build().map_err(failed)
    }

    fn with_limits(&self, mut builder: ClientBuilder) -> Result<ClientBuilder> {
        if let Some(timeout) = self.span(Key::Timeout)? {
            builder = builder.timeout(timeout);
        }
        if let Some(timeout) = self.span(Key::ConnectTimeout)? {
            builder = builder.connect_timeout(timeout);
        }
        if let Some(timeout) = self.span(Key::PoolIdleTimeout)? {
            builder = builder.pool_idle_timeout(timeout);
        }
        if let Some(most) = self.number(Key::PoolMaxIdlePerHost)? {
            builder = builder.pool_max_idle_per_host(most);
        }
        Ok(builder)
    }

    fn of_versions(&self, mut builder: ClientBuilder) -> Result<ClientBuilder> {
        if self.is_on(Key::Http1Only)? {
            builder = builder.http1_only();
        }
        if self.is_on(Key::Http2Only)? {
            builder = builder.http2_prior_knowledge();
        }
        if let Some(interval) = self.span(Key::Http2KeepAliveInterval)? {
            builder = builder.http2_keep_alive_interval(interval);
        }
        if let Some(timeout) = self.span(Key::Http2KeepAliveTimeout)? {
            builder = builder.http2_keep_alive_timeout(timeout);
        }
        if let Some(size) = self.number::<u32>(Key::Http2MaxFrameSize)? {
            builder = builder.http2_max_frame_size(size);
        }
        Ok(builder.http2_keep_alive_while_idle(self.is_on(Key::Http2KeepAliveWhileIdle)?))
    }

    fn through_proxies(&self, mut builder: ClientBuilder) -> Result<ClientBuilder> {
        let Some(address) = self.0.get_config_value(&Key::ProxyUrl) else { return Ok(builder) };
        let excluded = self.0.get_config_value(&Key::ProxyExcludes);
        if let Some(pem) = self.0.get_config_value(&Key::ProxyCaCertificate) {
            builder = builder
                .add_root_certificate(Certificate::from_pem(pem.as_bytes()).map_err(failed)?);
        }
        let proxy = Proxy::all(address).map_err(failed)?;
        Ok(builder.proxy(proxy.no_proxy(excluded.and_then(|hosts| NoProxy::from_string(&hosts)))))
    }

    fn is_on(&self, key: Key) -> Result<bool> {
        let value = self.0.get_config_value(&key).unwrap_or_default().to_ascii_lowercase();
        match value.as_str() {
            "1" | "true" | "on" | "yes" | "y" => Ok(true),
            "" | "0" | "false" | "off" | "no" | "n" => Ok(false),
            _ => Err(unusable(key, "`true` or `false`")),
        }
    }

    fn span(&self, key: Key) -> Result<Option<Duration>> {
        let value = self.0.get_config_value(&key);
        let span = value.map(|value| humantime::parse_duration(&value)).transpose();
        span.map_err(|_| unusable(key, "a span of time, as in `30s`"))
    }

    fn number<T: std::str::FromStr>(&self, key: Key) -> Result<Option<T>> {
        let value = self.0.get_config_value(&key);
        value.map(|value| value.parse()).transpose().map_err(|_| unusable(key, "a number"))
    }
}

/// The message about a setting does not quote it.
fn unusable(key: Key, wanted: &str) -> Error {
    generic(format!("the setting `{}` is not {wanted}", key.as_ref()).into())
}

fn failed(error: reqwest::Error) -> Error {
    generic(Box::new(error.without_url()))
}

fn generic(source: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Generic { store: "HTTP", source }
}
