//! Redaction: what of a location, of a text that quotes locations, and of the environment may be shown.
//!
//! Of a URL, also of a malformed one: its scheme, its host or bucket, and its path. Everything else may be a secret: user
//! and password before an `@`, the query and fragment behind `?` or `#`, encoded or not, settings behind a `;`, and a host
//! that is not a valid one. Of cloud settings in the environment: those that say where something is, and no others.

use std::net::Ipv6Addr;
use std::ops::Range;
use std::sync::{LazyLock, PoisonError, RwLock};

use super::spelling;
use crate::text::ESCAPE;

/// Stores in which `?` is a wildcard, and part of a name.
const BUCKETS: [&str; 5] = ["s3", "gs", "az", "abfs", "abfss"];
/// Schemes whose colon starts a URL, with or without slashes.
const KNOWN: [&str; 17] = [
    "s3", "s3a", "s3n", "gs", "gcs", "az", "azure", "abfs", "abfss", "wasb", "wasbs", "adl",
    "http", "https", "ftp", "ftps", "sftp",
];
/// The beginnings of settings, and substitutes of a `?`, if a `=` follows.
const SETTINGS: [char; 4] = [';', '&', '\u{ff1b}', '\u{ff1f}'];
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
/// Words in the names of secret settings of any program.
const SECRET: [&str; 6] = ["SECRET", "TOKEN", "PASSWORD", "PASSWD", "_KEY", "SIGNATURE"];
/// What the name of one may be that says nothing more.
const KEY: [&str; 2] = ["KEY", "APIKEY"];
/// Shorter values are words that also occur elsewhere.
const LONG: usize = 8;
/// What is shown instead.
const MASK: &str = "***";

/// A location as it may be shown. All of it is one, however it goes on.
pub fn redact(location: &str) -> String {
    let Some(start) = Start::at_the_front(location) else { return redact_text(location) };
    let (front, rest) = location.split_at(start.end);
    format!("{front}{}", without(rest, &start.hidden(rest)))
}

/// A text that may quote locations, its secrets replaced by as many `*`: places in it stay where they
/// are.
pub fn masked(text: &str) -> String {
    let mut shown = text.as_bytes().to_vec();
    for (start, url) in urls(text, true) {
        for range in start.hidden(url) {
            let part = &mut shown[start.end + range.start..start.end + range.end];
            let ends = |byte: &u8| b"@?#;".contains(byte);
            let from = usize::from(part.first().is_some_and(ends));
            let to = part.len() - usize::from(part.len() > 1 && part.last().is_some_and(ends));
            part[from..to].fill(b'*');
        }
    }
    String::from_utf8(shown).unwrap_or_default()
}

/// A text as it may be shown: without the secrets of the locations that it quotes, and without those of
/// the environment.
pub fn redact_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for (start, url) in urls(text, false) {
        shown.push_str(&text[done..start.end]);
        shown.push_str(&without(url, &start.hidden(url)));
        done = start.end + url.len();
    }
    shown.push_str(&text[done..]);
    let kept = KEPT.read().unwrap_or_else(PoisonError::into_inner);
    for range in spelling::find(&shown, &kept).into_iter().rev() {
        shown.replace_range(range, MASK);
    }
    shown
}

/// The known secrets: values of the environment, arguments before an `@`, and
/// those added later.
static KEPT: LazyLock<RwLock<Vec<String>>> = LazyLock::new(|| {
    let typed = std::env::args_os().skip(1).filter_map(|word| word.into_string().ok());
    let typed: Vec<String> = typed.flat_map(|word| typed_secrets(&word)).collect();
    RwLock::new([kept(std::env::vars_os()), typed].concat())
});

/// Redacts a secret from now on. A short one is a word that also occurs elsewhere: messages that
/// quote it must leave it out.
pub(crate) fn keep_secret(secret: &str) {
    let mut kept = KEPT.write().unwrap_or_else(PoisonError::into_inner);
    if secret.len() >= LONG && !kept.iter().any(|known| known == secret) {
        kept.push(secret.to_owned());
    }
}

/// The parts of an argument that may be secret, even if misplaced: with its `@`, so that nothing
/// else is taken for it, and the value of a name that says secret.
fn typed_secrets(word: &str) -> Vec<String> {
    let whole = Start::at_the_front(word).map(|start| (start, &word[start.end..]));
    let hidden = |(start, url): (Start, &str)| -> Vec<String> {
        start.hidden(url).into_iter().map(|range| url[range].to_owned()).collect()
    };
    let urls = urls(word, true).into_iter().chain(whole).flat_map(hidden);
    let is_marked = |secret: &str| secret.ends_with('@') || secret.starts_with(['?', '#', ';']);
    let is_long = |secret: &String| secret.len() >= if is_marked(secret) { 4 } else { LONG };
    let mut found: Vec<String> = urls.filter(is_long).collect();
    let named = word.split_once(['=', ':']).filter(|(name, value)| {
        let name = name.trim_start_matches('-').to_uppercase();
        name.chars().all(|it| it.is_alphanumeric() || it == '_')
            && is_secret(&name)
            && value.len() >= LONG
    });
    found.extend(named.map(|(_, value)| value.to_owned()));
    found
}

/// The values of the environment that are never shown.
fn kept(variables: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>) -> Vec<String> {
    let texts = variables.filter_map(|(name, value)| {
        Some((name.into_string().ok()?.to_uppercase(), value.into_string().ok()?))
    });
    // A key may be given in place of its file.
    let is_kept = |(name, value): &(String, String)| {
        value.len() >= LONG && (is_secret(name) || (is_shown(name) && value.starts_with('{')))
    };
    let trimmed = texts.map(|(name, value)| (name, value.trim().to_owned()));
    trimmed.filter(is_kept).map(|(_, value)| value).collect()
}

/// Whether a name in capitals is that of a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let cloud = ["AWS_", "GOOGLE_", "AZURE_"].iter().any(|cloud| name.starts_with(cloud));
    !is_shown(name)
        && (cloud || KEY.contains(&name) || SECRET.iter().any(|part| name.contains(part)))
}

fn is_shown(name: &str) -> bool {
    SHOWN.iter().any(|end| name.ends_with(end))
}

/// The start of a URL, or of something meant as one: `s3://`, `s3:/`, `s3:`, `//`, `\\\\`.
#[derive(Debug, Clone, Copy)]
struct Start<'a> {
    scheme: &'a str,
    /// Its first byte.
    begin: usize,
    /// The byte behind it.
    end: usize,
}

impl<'a> Start<'a> {
    /// The start of a text that is a URL from its first byte on.
    fn at_the_front(text: &'a str) -> Option<Self> {
        let scheme = text.split(':').next().filter(|it| it.len() < text.len() && is_scheme(it));
        let scheme = scheme.unwrap_or_default();
        let behind = scheme.len() + usize::from(!scheme.is_empty());
        let slashes = slashes(&text[behind..]);
        let is_start = !scheme.is_empty() || slashes == 2;
        is_start.then_some(Self { scheme, begin: 0, end: behind + slashes })
    }

    /// A start whose colon or first slash stands at `at` of a text, behind whatever was looked at before.
    fn within(text: &'a str, at: usize, written: bool) -> Option<Self> {
        let (before, sign) = (&text[..at], text.as_bytes()[at]);
        let end = |behind: usize| behind + slashes(&text[behind..]);
        if sign != b':' {
            let goes_on = |it: char| it.is_alphanumeric() || ".:/\\*-_~}%".contains(it);
            let is_first = !before.ends_with(goes_on);
            let all = text[at..].len() - text[at..].trim_start_matches(['/', '\\']).len();
            return (is_first && all > 1).then_some(Self { scheme: "", begin: at, end: at + all });
        }
        let scheme = before
            .rfind(|it: char| !it.is_ascii_alphanumeric())
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let scheme = &before[scheme..];
        let is_start = match end(at + 1) - at - 1 {
            0 if written && !scheme.is_empty() && is_signed(&text[at + 1..]) => true,
            0 => KNOWN.contains(&scheme.to_ascii_lowercase().as_str()),
            1 => scheme.len() > 1,
            _ => true,
        };
        is_start.then(|| Self { scheme, begin: at - scheme.len(), end: end(at + 1) })
    }

    /// The bytes of what follows that are not shown.
    fn hidden(&self, url: &str) -> Vec<Range<usize>> {
        let scheme = self.scheme.to_ascii_lowercase();
        // Of a file, `?` and `#` are part of the name; one has no host.
        if scheme == "file" && (url.starts_with('/') || url.is_empty()) {
            return Vec::new();
        }
        let end = query(&scheme, url);
        let start = signed(&scheme, &url[..end]).max(credentials(&scheme, &url[..end]));
        let parts = [0..start, end..url.len()].into_iter();
        parts.filter(|range| !range.is_empty() && !is_masked(&url[range.clone()])).collect()
    }
}

/// The characters of a scheme.
pub(super) fn is_scheme(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || "+.-".contains(it))
}

/// How many slashes of either kind a text starts with, of the two of a URL.
fn slashes(text: &str) -> usize {
    text.bytes().take(2).take_while(|byte| b"/\\".contains(byte)).count()
}

/// Whether the rest of a word has an `@`, as after a user and a password.
fn is_signed(rest: &str) -> bool {
    rest.split_whitespace().next().is_some_and(|word| rest.starts_with(word) && word.contains('@'))
}

/// Whether a word goes on behind a `\` that some take for a `/`, with an `@` that they take for a part of the path.
fn is_split(rest: &str) -> bool {
    let word = rest.split(|it: char| it.is_whitespace() || "\"'`<>".contains(it)).next();
    word.and_then(|word| word.split_once('\\')).is_some_and(|(_, behind)| behind.contains('@'))
}

/// Every URL in a text: how it starts, and what follows that. In what people have `written`, a name and a
/// password are one without a scheme, too; in what is said of data, they may be anything.
fn urls(text: &str, written: bool) -> Vec<(Start<'_>, &str)> {
    let ends =
        |it: char| it.is_whitespace() || it.is_control() || it == ESCAPE || "\"'`<>\\".contains(it);
    let mut found: Vec<(Start, &str)> = Vec::new();
    let mut done = 0;
    for (at, _) in text.match_indices([':', '/', '\\']) {
        // A URL in the query of another one is hidden with it.
        if at < done {
            continue;
        }
        let Some(start) = Start::within(text, at, written) else { continue };
        let rest = &text[start.end..];
        let length = if let Some(length) = quoted(text, &start) {
            Some(length)
        } else if text[..start.end].ends_with('\\') || is_split(rest) {
            rest.find(|it| ends(it) && it != '\\')
        } else {
            rest.find(ends)
        };
        let url = rest[..length.unwrap_or(rest.len())].trim_end_matches([')', ',', ';', ':', '.']);
        done = start.end + url.len();
        found.push((start, url));
    }
    found
}

/// How far a URL reaches that begins a text in quotes, or stands behind the key of a location: also over
/// unintended blanks, so that what follows is not shown.
fn quoted(text: &str, start: &Start) -> Option<usize> {
    let (before, rest) = (&text[..start.begin], &text[start.end..]);
    let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    if let Some(quote) = before.chars().next_back().filter(|it| "\"'`".contains(*it)) {
        return line.find(quote);
    }
    let key = before.trim_end_matches([' ', '\t']);
    let is_place = ["location:", "warehouse:"].iter().any(|it| key.ends_with(it));
    is_place.then(|| line.find(" #").unwrap_or(line.len()))
}

/// Whether what would be hidden is hidden, so that what stands behind it stays where it is.
fn is_masked(part: &str) -> bool {
    part.contains('*') && part.trim_matches(['@', '?', '#', ';']).chars().all(|it| it == '*')
}

/// Where the query begins, or what was meant to be one, as are settings behind a `;`. In a bucket,
/// a `?` matches any character; one that is followed by a letter, or by a `=` before the next `/`,
/// is still taken for a query.
fn query(scheme: &str, url: &str) -> usize {
    let in_bucket = |at: &usize| {
        let (mark, rest) = url[*at..].split_at(1);
        let letter = rest.starts_with(|it: char| it.is_alphanumeric() || it == '%');
        (mark == "?" && letter) || rest.split('/').next().is_some_and(|name| name.contains('='))
    };
    let mut marks = url.match_indices(['?', '#', '%']).map(|(at, _)| at);
    let is_mark = |at: &usize| !url[*at..].starts_with('%') || is_encoded_mark(&url[*at..]);
    let found = match BUCKETS.contains(&scheme) {
        true => marks.find(|at| is_mark(at) && in_bucket(at)),
        false => marks.find(is_mark),
    };
    found.unwrap_or(url.len()).min(settings(url))
}

/// Where settings begin, as `;name=value` or, without a `?` that would be one, `&name=value`.
fn settings(url: &str) -> usize {
    let mut marks = url.match_indices(SETTINGS).map(|(at, _)| at);
    let is_first =
        |at: &usize| url[*at..].split(['/', '\\']).next().is_some_and(|it| it.contains('='));
    marks.find(is_first).unwrap_or(url.len())
}

/// Whether a text starts with a `?` or `#` as a URL writes it within a path, once or several times over.
pub(super) fn is_encoded_mark(text: &str) -> bool {
    let Some(mut code) = text.strip_prefix('%') else { return false };
    while let Some(rest) = code.strip_prefix("25") {
        code = rest;
    }
    code.get(..2).is_some_and(|code| ["3f", "23"].contains(&code.to_ascii_lowercase().as_str()))
}

/// Where the bucket begins behind an `@` that is written as a URL encodes it, if what stands before cannot
/// be one: buckets have no capitals, and keys do. A key of a file may have one.
fn signed(scheme: &str, place: &str) -> usize {
    let host = place.split(['/', '\\']).next().unwrap_or_default();
    let is_key = BUCKETS.contains(&scheme) && host.contains(|it: char| it.is_ascii_uppercase());
    let variable = host.contains("${");
    place.rfind("%40").filter(|_| is_key && !variable).map_or(0, |at| at + "%40".len())
}

/// Where the host or bucket begins, after anything that may be credentials; a key may contain a
/// `/`. If URL parsers disagree on which part is the host, as with a `\` before an `@` or more than
/// two slashes, there is none.
fn credentials(scheme: &str, place: &str) -> usize {
    let (begin, host) = match place.rfind('@') {
        Some(at) if place[..at].contains('\\') => return place.len(),
        Some(at) if scheme.starts_with('a') && is_container(&place[..at]) => (0, at + 1),
        Some(at) => (at + 1, at + 1),
        None => (0, 0),
    };
    let slashes = ['/', '\\'];
    let start = place.len() - place[host..].trim_start_matches(slashes).len();
    let end = place[start..].find(slashes).map_or(place.len(), |length| start + length);
    if is_host(&place[start..end]) { begin } else { end }
}

/// A name of a server or bucket, with or without port, wildcards or variables.
fn is_host(text: &str) -> bool {
    if let Some((address, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address.parse::<Ipv6Addr>().is_ok() && is_port(port.trim_start_matches(':'));
    }
    let text = ["${", ":-", "}"].iter().fold(text.to_owned(), |text, sign| text.replace(sign, ""));
    let (name, port) = text.split_once(':').unwrap_or((&text, ""));
    name.chars().all(|it| it.is_alphanumeric() || "._-*?{,$".contains(it)) && is_port(port)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
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
    use super::{kept, masked, redact, redact_text};

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
            ("https://host/a%3Ftoken=x", "https://host/a"),
            ("https://host/a%23x?y", "https://host/a"),
            ("https://host/a%252525%25x%2525253fTOKEN", "https://host/a%252525%25x"),
            ("s3://bucket/a%3FX-Amz-Signature=x", "s3://bucket/a"),
            ("file://u:secret@localhost/a.csv", "file://localhost/a.csv"),
            ("https:/u:secret@h/a.csv", "https:/h/a.csv"),
            ("https:u:secret@h/a.csv", "https:h/a.csv"),
            ("htps:/u:sec/ret@h/a.csv?x", "htps:/h/a.csv"),
            ("//u:secret@host/a.csv", "//host/a.csv"),
            ("\\\\secret@host\\share", "\\\\host\\share"),
            ("https://[secret/a.csv", "https:///a.csv"),
            ("s3://[secret]/a", "s3:///a"),
            ("https://user:${X}secret/a", "https:///a"),
            ("https://h in secret/a.csv", "https:///a.csv"),
            ("s3://AKIA/secret%40bucket/a.csv", "s3://bucket/a.csv"),
            ("postgres://h/db;password=secret", "postgres://h/db"),
            ("postgres://h;user=a;password=sec/ret", "postgres://h"),
            ("https://h/a.csv;jsessionid=secret", "https://h/a.csv"),
            ("s3://bucket/a;password=secret", "s3://bucket/a"),
            ("https://h/a.csv&token=secret", "https://h/a.csv"),
            ("https://h/a.csv\u{ff1f}t=secret", "https://h/a.csv"),
            ("https://h\\@secret/a", "https://"),
            ("https://h\\x:y@secret/a", "https://"),
            ("https://u@[secret/a", "https:///a"),
            ("https://u@h in secret/a", "https:///a"),
            ("https:///user:secret/a", "https:///a"),
            ("https://secret\u{ff20}h/a", "https:///a"),
            ("//h\\@secret/a", "//"),
        ] {
            assert_eq!(redact(location), shown);
            assert_eq!(
                redact_text(&format!("at `{location}`, then")),
                format!("at `{shown}`, then")
            );
        }
    }

    #[test]
    fn a_backslash_ends_a_url_in_a_text_where_no_at_sign_follows() {
        assert_eq!(redact_text("https://h\\@secret/a, then"), "https://, then");
        let text = "https://h/a\\n and a@b";
        assert_eq!(redact_text(text), text);
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
            "s3://bucket/t/city=a%3Fb/part-0.parquet",
            "s3://bucket/a.csv#1",
            "s3://bucket/t/mail=a%40b/part-0.parquet",
            "s3://bucket/a;b&c.csv",
        ] {
            assert_eq!(redact(text), text);
            assert_eq!(redact_text(text), text);
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn what_only_looks_a_little_like_a_url_is_shown_as_written() {
        for text in [
            "give (s3:GetObject, and s3:PutObject)",
            "https: /usr//lib, std::fs::read, 10:30:00 sql/a.sql:9:5 // x@y",
            "error sending request for url (http://127.0.0.1:1/b): failed",
        ] {
            assert_eq!(redact_text(text), text);
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn a_user_and_password_without_a_scheme_are_masked_where_they_were_written() {
        assert_eq!(masked("warehouse: 'key:secret@host/x'"), "warehouse: 'key:******@host/x'");
        assert_eq!(masked("at: 10:30 a@b"), "at: 10:30 a@b");
        assert_eq!(redact_text("`email:a@b.org`"), "`email:a@b.org`");
    }

    #[test]
    fn what_is_typed_before_an_at_sign_or_as_a_secret_is_kept() {
        for (word, secrets) in [
            ("mailto:secret@x", vec!["secret@"]),
            ("data:text/csv,secret@x", vec!["text/csv,secret@"]),
            ("api_token=secretsecret", vec!["secretsecret"]),
            ("rate=0.123456789", vec![]),
            ("a@b", vec![]),
            ("2026-03-01T00:00:00", vec![]),
        ] {
            let mut found = super::typed_secrets(word);
            found.dedup();
            assert_eq!(found, secrets, "{word}");
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
        assert_eq!(redact_text(&masked), masked);
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
