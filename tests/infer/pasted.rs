//! `patronage infer`: a source that can be pasted as it is.

use crate::support::shop::{PIPELINE, Shop};

#[test]
fn what_is_inferred_is_a_source_that_runs() {
    let shop = Shop::new();
    let ended = shop.patronage(&["infer", "raw/orders"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let pipeline = shop.read(PIPELINE);
    let (before, rest) = pipeline.split_once("sources:\n").unwrap();
    let (_, after) = rest.split_once("stages:").unwrap();
    // Of several columns that say when, the run wants the one of the shop.
    let block = ended.stdout.replace("# event_time: ", "event_time: ");
    let shop = shop.with(PIPELINE, &format!("{before}sources:\n{block}stages:{after}"));
    let checked = shop.patronage(&["check", PIPELINE]);
    assert_eq!(checked.code, 0, "{block}\n{}", checked.stderr);
    let ran = shop.run("2026-04-01", &[]);
    assert_eq!(ran.code, 0, "{block}\n{}", ran.stderr);
}

#[test]
fn where_nothing_is_nothing_is_inferred() {
    let ended = Shop::new().patronage(&["infer", "raw/nothing"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("nothing matches `raw/nothing`"), "{}", ended.stderr);
}
