//! As-of and the days of the pipeline's zone: what a scheduler of another zone passes.

use insta::assert_snapshot;
use serde_json::Value;

use super::{PIPELINE, Shop};

/// A shop whose days are those of a zone.
fn shop(zone: &str, more: &str) -> Shop {
    let head = format!("time_zone: {zone}\n{more}warehouse:");
    Shop::new().edit(PIPELINE, "warehouse:", &head)
}

/// As-of and the periods of a plan.
fn planned(shop: &Shop, options: &[&str]) -> (String, Vec<String>) {
    let plan = ["plan", PIPELINE, "--format", "json"];
    let ended = shop.patronage(&[&plan, options].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let plan: Value = serde_json::from_str(&ended.stdout).unwrap();
    let periods = plan["periods"].as_array().unwrap().iter();
    let periods = periods.map(|period| period["period"].as_str().unwrap().to_owned());
    (plan["as_of"].as_str().unwrap().to_owned(), periods.collect())
}

#[test]
fn an_instant_within_a_day_of_the_pipeline_is_refused_with_both_candidates() {
    let sao_paulo = shop("America/Sao_Paulo", "");
    let ended = sao_paulo.run("2026-03-01T00:00:00+00:00", &[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert_snapshot!(ended.stderr, @"error: `--as-of 2026-03-01T00:00:00+00:00` is 2026-02-28T21:00:00-03:00 in America/Sao_Paulo, within a day: `--as-of 2026-02-28` uses what was before it, `--as-of 2026-03-01` all of it once it is over; `--snap-as-of` takes the former, `--exact-as-of` cuts the day at this instant");
    assert!(sao_paulo.published().is_empty());
    let ended = shop("Asia/Tokyo", "").run("2026-03-01T00:00:00+00:00", &[]);
    assert_eq!(ended.code, 2);
    assert_snapshot!(ended.stderr, @"error: `--as-of 2026-03-01T00:00:00+00:00` is 2026-03-01T09:00:00+09:00 in Asia/Tokyo, within a day: `--as-of 2026-03-01` uses what was before it, `--as-of 2026-03-02` all of it once it is over; `--snap-as-of` takes the former, `--exact-as-of` cuts the day at this instant");
}

#[test]
fn snapping_takes_the_days_that_are_over_in_the_zone_of_the_pipeline() {
    for (zone, as_of, expected, period) in [
        // Still the evening of the last of February; its day is not over.
        (
            "America/Sao_Paulo",
            "2026-03-01T00:00:00+00:00",
            "2026-02-28T00:00:00-03:00",
            "2026-02-01",
        ),
        (
            "America/Sao_Paulo",
            "2026-03-02T00:00:00+00:00",
            "2026-03-01T00:00:00-03:00",
            "2026-02-01",
        ),
        ("Asia/Tokyo", "2026-03-01T00:00:00+00:00", "2026-03-01T00:00:00+09:00", "2026-02-01"),
        ("Asia/Tokyo", "2026-02-28T15:00:00Z", "2026-03-01T00:00:00+09:00", "2026-02-01"),
        ("Europe/Paris", "2026-03-01T02:00:00Z", "2026-03-01T00:00:00+01:00", "2026-02-01"),
        ("UTC", "2026-03-01T00:00:00+00:00", "2026-03-01T00:00:00Z", "2026-02-01"),
        ("UTC", "2026-03-01T04:00:00.123456+00:00", "2026-03-01T00:00:00Z", "2026-02-01"),
    ] {
        let found = planned(&shop(zone, ""), &["--as-of", as_of, "--snap-as-of"]);
        assert_eq!(found, (expected.to_owned(), vec![period.to_owned()]), "{zone} {as_of}");
    }
}

#[test]
fn a_boundary_is_taken_as_it_is_and_an_exact_instant_when_asked_for() {
    let shop = shop("America/Sao_Paulo", "");
    for as_of in ["2026-03-01", "2026-03-01T00:00", "2026-03-01T03:00:00Z"] {
        let (found, _) = planned(&shop, &["--as-of", as_of]);
        assert_eq!(found, "2026-03-01T00:00:00-03:00", "{as_of}");
    }
    let (found, _) = planned(&shop, &["--as-of", "2026-03-01T00:00:00Z", "--exact-as-of"]);
    assert_eq!(found, "2026-02-28T21:00:00-03:00");
}

#[test]
fn a_pipeline_can_say_that_it_uses_whole_periods() {
    let shop = shop("Asia/Tokyo", "as_of: period\n");
    let ended = shop.run("2026-03-14", &[]);
    assert_eq!(ended.code, 2);
    assert_snapshot!(ended.stderr, @"error: `--as-of 2026-03-14` is 2026-03-14T00:00:00+09:00 in Asia/Tokyo, within a period: `--as-of 2026-03-01` uses what was before it, `--as-of 2026-04-01` all of it once it is over; `--snap-as-of` takes the former, `--exact-as-of` cuts the period at this instant");
    let (found, periods) = planned(&shop, &["--as-of", "2026-03-14T00:00:00Z", "--snap-as-of"]);
    assert_eq!((found.as_str(), periods[0].as_str()), ("2026-03-01T00:00:00+09:00", "2026-02-01"));
    assert_eq!(planned(&shop, &["--as-of", "2026-03-01"]).0, "2026-03-01T00:00:00+09:00");
}

#[test]
fn the_last_period_asked_for_has_to_have_begun() {
    let shop = Shop::new();
    let ended = shop.run("2026-02-01", &["--from", "2026-01-01", "--to", "2026-03-31"]);
    assert_eq!(ended.code, 2);
    assert_snapshot!(ended.stderr, @"error: `--to 2026-03-31` asks for a period that begins at 2026-03-01T00:00:00Z, not before as-of 2026-02-01T00:00:00Z: leave `--to` out to build every period that has begun, or give a later `--as-of`");
    assert!(shop.published().is_empty());
    // So has the last day: the open period is requested by any of its days that is not after as-of.
    let ended = shop.run("2026-02-15", &["--from", "2026-01-01", "--to", "2026-02-28"]);
    assert_eq!(ended.code, 2);
    assert_snapshot!(ended.stderr, @"error: `--to 2026-02-28` is after as-of 2026-02-15T00:00:00Z, which would cut its period short: leave `--to` out to build the period as far as it is known then, or give a later `--as-of`");
    assert_eq!(shop.run("2026-02-15", &["--to", "2026-02-16"]).code, 2);
    assert!(shop.published().is_empty());
    for to in ["2026-02-15", "2026-02-01"] {
        assert_eq!(shop.run("2026-02-15", &["--from", "2026-01-01", "--to", to]).code, 0, "{to}");
    }
    // Days are those of the pipeline: the last of February begins in Auckland before noon in UTC.
    let exact = ["--exact-as-of", "--to", "2026-02-28"];
    let auckland = self::shop("Pacific/Auckland", "");
    assert_eq!(auckland.run("2026-02-27T10:59:59Z", &exact).code, 2);
    assert_eq!(auckland.run("2026-02-27T11:00:00Z", &exact).code, 0);
    // A missing value is a different case.
    assert_eq!(shop.run("2026-02-01", &["--from", "2026-02-01"]).code, 4);
}
