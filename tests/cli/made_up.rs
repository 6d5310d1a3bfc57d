//! Files that are not as long as they say, as the system's own are: never read as empty or cut off.

use super::{PIPELINE, Shop};

#[test]
fn what_says_that_it_is_empty_and_is_not_is_no_empty_file() {
    for (location, format) in [
        ("/proc/self/status", "csv"),
        ("/proc/self/status", "ndjson"),
        ("/proc/self/status", "json"),
        ("/proc/sys/kernel/ostype", "csv"),
    ] {
        let place = format!("location: {location}");
        let shop = Shop::new().edit(PIPELINE, "location: raw/orders/*.csv", &place).edit(
            PIPELINE,
            "format: csv",
            &format!("format: {format}"),
        );
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 75, "{location} {format}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("help: run again when the file has landed"),
            "{}",
            ended.stderr
        );
        assert!(ended.stderr.contains("is written to a file first"), "{}", ended.stderr);
        assert!(shop.published().is_empty());
    }
}

#[test]
fn what_says_that_it_is_longer_than_it_is_is_not_read_as_a_whole() {
    // A page long by what the system says, and a word long.
    let location = "/sys/kernel/mm/transparent_hugepage/enabled";
    if std::fs::metadata(location).is_ok_and(|it| it.len() == 4096) {
        let place = format!("location: {location}");
        let shop = Shop::new().edit(PIPELINE, "location: raw/orders/*.csv", &place);
        let ended = shop.run("2026-03-01", &[]);
        assert_ne!(ended.code, 0, "{}", ended.stderr);
        assert!(shop.published().is_empty());
    }
}

#[test]
fn a_file_that_is_empty_still_is() {
    let shop = Shop::new().with("raw/orders/2026-02.csv", "");
    std::fs::write(shop.path("raw/orders/2026-02.csv"), "").unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}
