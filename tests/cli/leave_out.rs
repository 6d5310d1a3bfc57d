//! The proposed pattern for a file with an unusable name excludes only that file.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use super::{PIPELINE, Shop};

/// A shop with further files, each a copy of January's orders.
fn with(names: &[&[u8]]) -> Shop {
    let shop = Shop::new();
    let folder = shop.path("raw/orders");
    for name in names {
        fs::copy(folder.join("2026-01.csv"), folder.join(OsStr::from_bytes(name))).unwrap();
    }
    shop
}

/// What a run gives as the next thing to do.
fn help(shop: &Shop) -> String {
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let help = ended.stderr.lines().find_map(|line| line.strip_prefix("help: "));
    help.unwrap_or_else(|| panic!("no help: {}", ended.stderr)).to_owned()
}

#[test]
fn whoever_follows_the_help_loses_no_other_file() {
    let whole = Shop::new();
    assert_eq!(whole.run("2026-03-01", &[]).code, 0);
    let names: [&[u8]; 7] = [
        b"\xff.csv",
        b"2026-0\xff.csv",
        b"\xff\xfe-\xc3.csv",
        b"a\x01\n.csv",
        b"[0-9]*\xff{a,b}.csv",
        b"q\"'#: \xff.csv",
        b"\x7f?.csv",
    ];
    for name in names {
        let shop = with(&[name]);
        let help = help(&shop);
        let pattern = help.strip_prefix("rename it, or leave it out: `").unwrap_or_else(|| {
            panic!("{help}");
        });
        let line = format!("    format: csv\n    {}\n", pattern.strip_suffix('`').unwrap());
        let shop = shop.edit(PIPELINE, "    format: csv\n", &line);
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 0, "{help}: {}", ended.stderr);
        assert_eq!(shop.results()["sources"][0]["excluded_files"]["files"], 1, "{help}");
        assert!(shop.published() == whole.published(), "{help}");
    }
}

#[test]
fn what_no_pattern_tells_from_another_file_is_to_be_renamed() {
    for names in [[&b"a\xff.csv"[..], b"a\xfe.csv"], [b"b\\\xff.csv", b"c.csv"]] {
        assert_eq!(help(&with(&names)), "rename it", "{names:?}");
    }
    let named = with(&[b"a\xff.csv"]);
    let named = Shop(named.0).edit(PIPELINE, "raw/orders/*.csv", "\"raw/orders/2026-01.csv#1\"");
    let folder = named.path("raw/orders");
    fs::copy(folder.join("2026-01.csv"), folder.join("2026-01.csv#1")).unwrap();
    assert_eq!(help(&named), "rename it");
}
