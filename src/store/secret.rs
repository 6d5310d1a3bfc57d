//! What of a location, of a text that quotes some, and of the environment may be shown.
//!
//! Of a URL: its scheme, its host or bucket, and its path. Everything else may be a key: what stands
//! before an `@`, what a web server is told behind `?` or `#`, and a host that is none. Of cloud settings
//! in the environment: those that say where something is, and no others.

use std::ops::Range;
use std::sync::LazyLock;

/// Stores in which `?` is a wildcard, and part of a name.
const BUCKETS: [&str; 5] = ["s3", "gs", "az", "abfs", "abfss"];
/// Ends of the names of cloud settings whose values may be shown.
const SHOWN: [&str; 14] = [
    "REGION",
    "ENDPOINT",
    "URL",
    "URI",
    "FILE",
    "PROFILE",
    "ARN",
    "NAME",
    "PATH",
    "CLIENT_ID",
    "TENANT_ID",
    "DISABLED",
    "CREDENTIALS",
    "SERVICE_ACCOUNT",
];
/// What is in the name of a setting that is a secret, whoever's it is.
const SECRET: [&str; 6] = ["SECRET", "TOKEN", "PASSWORD", "PASSWD", "_KEY", "SIGNATURE"];
/// Shorter values are words that also stand elsewhere.
const LONG: usize = 8;
/// What is shown instead.
const MASK: &str = "***";

/// A location as it may be shown.
pub fn redact(location: &str) -> String {
    let Some((scheme, rest)) = location.split_once("://") else { return location.to_owned() };
    let shown = without(rest, &hidden(scheme, rest));
    format!("{scheme}://{shown}")
}

/// A text that may quote locations, its secrets replaced by as many `*`: places in it stay where they
/// are.
pub fn masked(text: &str) -> String {
    let mut shown = text.as_bytes().to_vec();
    for (start, url, scheme) in urls(text) {
        for range in hidden(scheme, url) {
            let part = &mut shown[start + range.start..start + range.end];
            let ends = |byte: &u8| b"@?#".contains(byte);
            let from = usize::from(part.first().is_some_and(ends));
            let to = part.len() - usize::from(part.len() > 1 && part.last().is_some_and(ends));
            part[from..to].fill(b'*');
        }
    }
    String::from_utf8(shown).unwrap_or_default()
}

/// A text as it may be shown: without the secrets of the locations that it quotes, and without those of
/// the environment.
pub fn discreet(text: &str) -> String {
    static KEPT: LazyLock<Vec<String>> = LazyLock::new(|| kept(std::env::vars_os()));
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for (start, url, scheme) in urls(text) {
        shown.push_str(&text[done..start]);
        shown.push_str(&without(url, &hidden(scheme, url)));
        done = start + url.len();
    }
    shown.push_str(&text[done..]);
    KEPT.iter().fold(shown, |shown, secret| match shown.contains(secret.as_str()) {
        true => shown.replace(secret, MASK),
        false => shown,
    })
}

/// The values of the environment that are never shown, the longest first.
fn kept(variables: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>) -> Vec<String> {
    let texts = variables.filter_map(|(name, value)| {
        Some((name.into_string().ok()?.to_uppercase(), value.into_string().ok()?))
    });
    let secret = texts.filter(|(name, value)| value.len() >= LONG && is_secret(name));
    let mut kept: Vec<String> = secret.map(|(_, value)| value).collect();
    kept.sort_by_key(|value| std::cmp::Reverse(value.len()));
    kept
}

fn is_secret(name: &str) -> bool {
    let cloud = ["AWS_", "GOOGLE_", "AZURE_"].iter().any(|cloud| name.starts_with(cloud));
    let shown = SHOWN.iter().any(|end| name.ends_with(end));
    !shown && (cloud || SECRET.iter().any(|part| name.contains(part)))
}

/// Every URL in a text: where what follows its `://` starts, that, and its scheme.
fn urls(text: &str) -> Vec<(usize, &str, &str)> {
    let ends = |it: char| it.is_whitespace() || it.is_control() || "\"'`<>\\".contains(it);
    let mut found: Vec<(usize, &str, &str)> = Vec::new();
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        // A URL in the query of another one is hidden with it.
        if found.last().is_some_and(|(before, url, _)| start < before + url.len()) {
            continue;
        }
        let rest = &text[start..];
        let url = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let before = &text[..at];
        let scheme = before
            .rfind(|it: char| !it.is_ascii_alphanumeric())
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        found.push((start, url, &before[scheme..]));
    }
    found
}

/// The bytes of a URL behind its `://` that are not shown.
fn hidden(scheme: &str, url: &str) -> Vec<Range<usize>> {
    let scheme = scheme.to_ascii_lowercase();
    if scheme == "file" {
        return Vec::new();
    }
    let end = query(&scheme, url);
    let start = credentials(&scheme, &url[..end]);
    let parts = [0..start, end..url.len()].into_iter();
    parts.filter(|range| !range.is_empty() && !is_masked(&url[range.clone()])).collect()
}

/// Whether what would be hidden is hidden, so that what stands behind it stays where it is.
fn is_masked(part: &str) -> bool {
    part.contains('*') && part.trim_matches(['@', '?', '#']).chars().all(|it| it == '*')
}

/// Where the query begins. In a bucket, a `?` stands for any character; one that a letter follows, or a
/// `=` before the next `/`, is taken for a query all the same.
fn query(scheme: &str, url: &str) -> usize {
    let rest = |at: usize| &url[at + 1..];
    let is_query = |at: &usize| {
        let name = rest(*at).split('/').next().unwrap_or_default();
        rest(*at).starts_with(|it: char| it.is_alphanumeric() || it == '%') || name.contains('=')
    };
    let found = match BUCKETS.contains(&scheme) {
        true => url.match_indices('?').map(|(at, _)| at).find(is_query),
        false => url.find(['?', '#']),
    };
    found.unwrap_or(url.len())
}

/// Where the host or bucket begins, behind whatever may be credentials; a key may hold a `/`.
fn credentials(scheme: &str, place: &str) -> usize {
    let host = &place[..place.find('/').unwrap_or(place.len())];
    match place.rfind('@') {
        None if is_host(host) => 0,
        None => host.len(),
        Some(at) if scheme.starts_with('a') && is_container(&place[..at]) => 0,
        Some(at) => at + 1,
    }
}

/// A name of a server or bucket, with or without port, wildcards or a variable.
fn is_host(text: &str) -> bool {
    if text.contains("${") || text.starts_with('[') {
        return true;
    }
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    let plain = |it: char| it.is_alphanumeric() || "._-*?[]{},$".contains(it);
    name.chars().all(plain) && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// What Azure writes before its `@`.
fn is_container(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn without(text: &str, hidden: &[Range<usize>]) -> String {
    let mut shown = text.to_owned();
    for range in hidden.iter().rev() {
        shown.replace_range(range.clone(), "");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{discreet, kept, masked, redact};

    #[test]
    fn a_shown_location_has_neither_user_nor_query() {
        for (location, shown) in [
            ("s3://key:secret@bucket/a?X-Signature=abc", "s3://bucket/a"),
            ("http://host?token=x", "http://host"),
            ("https://host/a?TOKEN", "https://host/a"),
            ("https://host/a#TOKEN", "https://host/a"),
            ("https://TOKEN@host/a", "https://host/a"),
            ("s3://key:sec/ret@bucket/a", "s3://bucket/a"),
            ("s3://sec/ret@bucket/a", "s3://bucket/a"),
            ("s3://bucket/a?TOKEN", "s3://bucket/a"),
            ("s3://key:secret/a", "s3:///a"),
            ("ftp://user:secret@host/a", "ftp://host/a"),
        ] {
            assert_eq!(redact(location), shown);
            assert_eq!(discreet(&format!("at `{location}`, then")), format!("at `{shown}`, then"));
        }
    }

    #[test]
    fn wildcards_containers_ports_variables_and_plain_paths_are_shown_as_written() {
        for text in [
            "s3://bucket/a?.csv",
            "s3://bucket/202?-0?/month=*/a-??.csv",
            "data/a@b/c?.csv",
            "file:///data/a@b/c?d.csv",
            "abfss://raw@shop.dfs.core.windows.net/a",
            "http://127.0.0.1:8080/a",
            "http://[::1]:8080/a",
            "s3://${BUCKET:-shop}/a",
        ] {
            assert_eq!(redact(text), text);
            assert_eq!(discreet(text), text);
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn secrets_in_a_text_are_masked_and_everything_stays_in_its_place() {
        let text = "location: \"s3://key:s\u{e4}cret@bucket/a?sig=x&y\" # az://raw@shop.net/x ?=";
        let masked = masked(text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(
            masked,
            "location: \"s3://***********@bucket/a?*******\" # az://raw@shop.net/x ?="
        );
        assert_eq!(discreet(&masked), masked);
    }

    #[test]
    fn settings_that_say_where_something_is_are_shown_and_others_are_not() {
        let set = |name: &str| (name.into(), format!("value of {name}").into());
        let names = [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_NEW_THING",
            "AZURE_STORAGE_SAS",
            "DB_PASSWORD",
            "AWS_REGION",
            "AWS_ENDPOINT_URL",
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "HOME",
        ];
        let mut kept = kept(names.iter().map(|name| set(name)));
        kept.sort();
        let mut expected: Vec<String> =
            names[..6].iter().map(|name| format!("value of {name}")).collect();
        expected.sort();
        assert_eq!(kept, expected);
    }
}
