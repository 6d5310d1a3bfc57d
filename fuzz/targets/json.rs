//! JSON, line by line or in one list: see `tests/hostile/readers.rs`.

#![no_main]

#[path = "../../tests/hostile/readers.rs"]
#[allow(dead_code, reason = "the other targets' readers are in the same file")]
mod readers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| readers::json(bytes));
