//! Parsing of the as-of instants of records.

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The instant in a record. Earlier versions wrote as-of as wall time of the pipeline's zone; for
/// an hour that occurs twice the later instant is used, so that nothing counts as older than it is.
pub(super) fn instant(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc());
    }
    let wall: NaiveDateTime = text.parse().ok()?;
    let local = zone.from_local_datetime(&wall).latest();
    Some(local.map_or_else(|| wall.and_utc(), |local| local.to_utc()))
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn both_ways_of_writing_are_read() {
        let zone = chrono_tz::America::New_York;
        let read = |text| instant(text, zone).map(|instant| instant.to_rfc3339());
        assert_eq!(read("2026-01-01T05:00:00Z").as_deref(), Some("2026-01-01T05:00:00+00:00"));
        assert_eq!(read("2026-01-01T00:00:00").as_deref(), Some("2026-01-01T05:00:00+00:00"));
        assert_eq!(read("2024-11-03T01:30:00").as_deref(), Some("2024-11-03T06:30:00+00:00"));
        assert_eq!(read(""), None);
    }
}
