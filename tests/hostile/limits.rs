//! Excessive input, rejected with a message about what is too large and where.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::run::BOUND;
use crate::support::program::{self, Ended, ended};
use crate::support::shop::{PIPELINE, Shop};

const STAGING: &str = "sql/staging/orders.sql";

/// The shop with a condition on its orders.
fn asking(condition: &str) -> Shop {
    Shop::new().edit(STAGING, "from raw_orders", &format!("from raw_orders where {condition}"))
}

/// The mistake of a project, reported within a time limit.
fn told(shop: &Shop, code: &str) -> String {
    let started = Instant::now();
    let (check, most) = shop.measured(&["check", PIPELINE]);
    assert_eq!(check.code, 2, "{:.500}", check.stderr);
    assert!(check.stderr.contains(&format!("error[{code}]")), "{:.500}", check.stderr);
    assert!(check.stderr.contains(" --> "), "{:.500}", check.stderr);
    assert!(started.elapsed() < Duration::from_secs(30) && most < BOUND, "{:.500}", check.stderr);
    check.stderr
}

#[test]
fn what_windows_answer_takes_memory() {
    let orders = (0..20_000).fold(String::new(), |mut rows, at| {
        writeln!(rows, "o{at},c{},2026-01-05 10:00:00,5.00", at % 7).unwrap();
        rows
    });
    let orders = format!("order_id,customer_id,ordered_at,amount\n{orders}");
    let run = |window: &str| {
        let sql = format!(
            "select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend \
             from (select *, {window} as w from orders) as o where w >= 0 group by customer_id"
        );
        let shop =
            Shop::new().with("sql/core/customers.sql", &sql).with("raw/orders/many.csv", &orders);
        shop.measured(&["run", PIPELINE, "--as-of", "2026-03-01", "--memory", "256MiB"])
    };
    for window in [
        "length(string_agg(repeat(order_id, 10), ',') over (order by order_id))",
        "length(string_agg(order_id, ',') over ())",
        "length(string_agg(order_id, ',') over (partition by customer_id))",
        "cardinality(array_agg(repeat(order_id, 500)) over (order by order_id))",
        "length(max(repeat(order_id, case when order_id = 'o9999' then 100000 else 1 end)) over ())",
    ] {
        let (ended, most) = run(window);
        assert_eq!(ended.code, 71, "{window}: {}", ended.stderr);
        assert!(ended.stderr.contains("answers of a window"), "{window}: {}", ended.stderr);
        assert!(ended.stderr.contains("--memory"), "{window}: {}", ended.stderr);
        assert!(most < BOUND + (256 << 10), "{window}: {} MiB", most >> 10);
    }
    for window in [
        "length(string_agg(order_id, ',') over (order by order_id rows 3 preceding))",
        "length(max(order_id) over ())",
        "cardinality(array_agg(order_id) over (partition by order_id))",
        "cardinality(array_agg(amount) over (partition by order_id))",
        "length(string_agg(order_id, ',') over (partition by order_id))",
    ] {
        let (ended, most) = run(window);
        assert_eq!(ended.code, 0, "{window}: {}", ended.stderr);
        assert!(most < BOUND, "{window}: {} MiB", most >> 10);
    }
    // Rows that a window reads are held beside that, for as long as it needs them.
    for window in [
        "length(first_value(repeat(order_id, 1000)) over (partition by order_id order by amount))",
        "length(lag(repeat(order_id, 1000), 1, 'x') over (order by order_id))",
    ] {
        let (ended, most) = run(window);
        assert_eq!(ended.code, 0, "{window}: {}", ended.stderr);
        assert!(most < BOUND + (256 << 10), "{window}: {} MiB", most >> 10);
    }
}

#[test]
fn words_types_and_intervals_that_are_too_deep_are_refused() {
    for (open, inner, close, times) in [
        ("array<", "int", ">", 400),
        ("struct<a int, b ", "int", ">", 400),
        ("map(int, ", "int", ")", 400),
        ("", "int", "[]", 600),
    ] {
        let deep = format!("{}{inner}{}", open.repeat(times), close.repeat(times));
        told(&asking(&format!("cast(null as {deep}) is null")), "too-deep");
    }
    for (part, times) in [
        (" is null", 1_600),
        (" is true", 1_600),
        (" is not distinct from amount", 800),
        (" at time zone 'UTC'", 800),
        (" like order_id", 1_600),
        (" collate de", 1_600),
        (" between 1 and 2", 800),
        (" in (1)", 1_600),
        (" = amount", 1_600),
        ("::int", 1_600),
        ("[1]", 1_600),
        (".a", 1_600),
        (" -> 'a'", 1_600),
    ] {
        told(&asking(&format!("order_id{}", part.repeat(times))), "too-deep");
    }
    for part in ["interval ", "not ", "- ", "~ ", "prior "] {
        told(&asking(&format!("amount > {}'1 day'", part.repeat(200))), "too-deep");
    }
}

#[test]
fn depth_that_is_built_up_bracket_by_bracket_is_refused() {
    let left =
        (0..40).fold("amount".to_owned(), |left, _| format!("({left}{})", " + amount".repeat(400)));
    told(&asking(&format!("{left} > 1")), "too-deep");
    let cases = vec!["case when amount > 1 then 1 else 0 end"; 2_000].join(" + ");
    told(&asking(&format!("{cases} > 1")), "too-deep");
    let part = "select order_id from raw_orders where amount > 1 group by order_id";
    told(&Shop::new().with(STAGING, &vec![part; 3_000].join(" union all ")), "too-deep");
}

#[test]
fn operators_in_a_long_row_are_planned_in_seconds() {
    for (part, value) in [(" + 1", "amount"), (" * 1", "amount"), (" || 'x'", "order_id")] {
        let row = format!("{value}{}", part.repeat(490));
        let shop = asking(&format!("{row} is not null"));
        // Seconds of a processor, whatever else it does: who takes more is ended by a signal.
        let limited =
            format!("ulimit -t 40; exec {} check {PIPELINE}", env!("CARGO_BIN_EXE_patronage"));
        let mut command = std::process::Command::new("sh");
        let output = command.args(["-c", &limited]).current_dir(shop.0.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{part}: {said:.500}");
    }
}

#[test]
fn queries_that_are_too_long_are_refused_before_they_are_planned() {
    let list = |part: fn(usize) -> String, times: usize| {
        (0..times).map(part).collect::<Vec<_>>().join(", ")
    };
    told(&asking(&format!("amount in ({})", list(|at| at.to_string(), 100_000))), "too-large");
    let values = list(|at| format!("({at})"), 100_000);
    let sql = format!("select x from (values {values}) as t (x)");
    told(&Shop::new().with(STAGING, &sql), "too-large");
    let whens = list(|at| format!("when amount = {at} then 1"), 5_000).replace(", ", " ");
    told(&asking(&format!("case {whens} end = 1")), "too-large");
    let keys = list(|at| format!("amount + {at}"), 3_000);
    let sql = format!("select count(*) as n from raw_orders group by {keys}");
    told(&Shop::new().with(STAGING, &sql), "too-large");
    let chain = list(|at| format!("a{} as (select * from a{at})", at + 1), 490);
    let sql = format!("with a0 as (select * from raw_orders), {chain} select * from a490");
    told(&Shop::new().with(STAGING, &sql), "too-large");
}

#[test]
fn constants_are_not_compared_for_ever_while_planning() {
    for much in [
        "levenshtein(repeat('x', 10000000), repeat('y', 10000000)) > 1",
        "array_has_any(range(1, 100000), range(200000, 300000))",
    ] {
        let said = told(&asking(much), "sql");
        assert!(said.contains("comparisons of constants"), "{said}");
    }
}

/// Each of them is small enough, and each call would have to be made to be added up.
#[test]
fn constants_are_not_piled_up_while_planning() {
    let large = "repeat('x', 16000000)";
    let many = |call: &str| vec![call; 100].join(", ");
    for (condition, told_as) in [
        (format!("cardinality(array[{}]) > 1", many(large)), "take more than 64 MiB"),
        (format!("struct({}) is not null", many(large)), "take more than 64 MiB"),
        (
            format!("case when order_id = '1' then {large} {} end = 'x'", {
                let when = |at| format!("when order_id = '{at}' then {large}");
                (2..100).map(when).collect::<Vec<_>>().join(" ")
            }),
            "take more than 64 MiB",
        ),
        (format!("encode(encode(encode({large}, 'hex'), 'hex'), 'hex') = 'x'"), "64 MiB"),
        (format!("array_concat({}) is null", many("range(1, 1000000)")), "64 MiB"),
        ("to_char(ordered_at, repeat('%c', 8000000)) = ''".to_owned(), "longer than 64 KiB"),
        ("to_char(date '2026-01-01', repeat('%c', 8000000)) = ''".to_owned(), "longer than 64 KiB"),
        (
            "strpos(repeat('a', 8000000), repeat('a', 4000000) || 'b') > 0".to_owned(),
            "comparisons of constants",
        ),
    ] {
        let told = told(&asking(&condition), "sql");
        assert!(told.contains(told_as), "{condition:.200}: {told:.500}");
    }
}

#[test]
fn braces_within_braces_are_refused_wherever_a_pattern_stands() {
    let deep = format!("{}b{}", "{a,".repeat(300), "}".repeat(300));
    for (key, value) in [
        ("location: raw/orders/*.csv", format!("location: \"raw/{deep}.csv\"")),
        ("format: csv", format!("format: csv\n    exclude: \"{deep}\"")),
        ("- sql/core/*", format!("- sql/core/*\n  - \"sql/{deep}\"")),
    ] {
        let shop = Shop::new().edit(PIPELINE, key, &value);
        let run = shop.run("2026-03-01", &[]);
        assert_eq!(run.code, 2, "{value:.60}: {:.500}", run.stderr);
        assert!(run.stderr.contains("32 of its braces"), "{:.2000}", run.stderr);
    }
    let shop = Shop::new();
    for arguments in [
        &["infer", &format!("raw/{deep}.csv")][..],
        &["run", PIPELINE, "--as-of", "2026-03-01", "--select", &deep],
        &["run", PIPELINE, "--as-of", "2026-03-01", "--select", &"?".repeat(100_000)],
    ] {
        let ended = shop.patronage(arguments);
        assert_eq!(ended.code, 2, "{:.500}", ended.stderr);
        assert!(!ended.stderr.contains("bug"), "{:.500}", ended.stderr);
    }
}

#[test]
fn more_periods_than_anybody_builds_and_years_beyond_all_are_refused() {
    let run = |shop: &Shop, arguments: &[&str]| {
        let started = Instant::now();
        let ended = shop.patronage(&[&["run", PIPELINE][..], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stderr);
        assert!(started.elapsed() < Duration::from_secs(20), "{arguments:?}");
        assert!(!ended.stderr.contains(" --> "), "{}", ended.stderr);
        ended.stderr
    };
    let shop = Shop::new();
    let said = run(&shop, &["--as-of", "9999-12-31", "--from", "0002-01-01"]);
    assert!(said.contains("`--from 0002-01-01` asks for more than 10000 periods"), "{said}");
    for (arguments, option) in [
        (&["--as-of", "0001-01-01"][..], "--as-of 0001-01-01"),
        (&["--as-of", "0000-01-01"], "--as-of 0000-01-01"),
        (&["--as-of", "-0044-03-15"], "--as-of"),
        (&["--as-of", "+10000-01-01"], "--as-of +10000-01-01"),
        (&["--as-of", "2026-03-01", "--from", "0001-01-01"], "--from 0001-01-01"),
    ] {
        let said = run(&shop, arguments);
        assert!(said.contains(option), "{said}");
    }
    for as_of in ["0002-01-01", "9999-12-31"] {
        let ended = shop.patronage(&["plan", PIPELINE, "--as-of", as_of]);
        assert_eq!(ended.code, 0, "{as_of}: {}", ended.stderr);
    }
}

#[test]
fn a_file_that_only_says_that_it_is_empty_is_told_as_that() {
    if !Path::new("/proc/cpuinfo").exists() {
        return;
    }
    let ended = Shop::new().patronage(&["infer", "/proc/cpuinfo"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("it says that it is empty, and is not"), "{}", ended.stderr);
    let shop = Shop::new();
    fs::write(shop.path("raw/nothing.csv"), "").unwrap();
    let ended = shop.patronage(&["infer", "raw/nothing.csv"]);
    assert!(ended.stderr.contains("are empty"), "{}", ended.stderr);
}

#[test]
fn a_project_in_a_folder_without_a_name_in_text_is_told_so() {
    let shop = Shop::new();
    let folder = shop.0.path().join(OsStr::from_bytes(b"caf\xe9"));
    let Ok(()) = fs::create_dir(&folder) else { return };
    crate::support::files::copy(&crate::support::repository().join("tests/fixtures/shop"), &folder);
    for arguments in [
        &["check", PIPELINE][..],
        &["run", PIPELINE, "--as-of", "2026-03-01"],
        &["infer", "raw/orders/*.csv"],
    ] {
        let mut command = program::command(&folder);
        let Ended { code, stderr, .. } = ended(command.args(arguments).spawn().unwrap());
        assert_eq!(code, 2, "{arguments:?}: {stderr}");
        assert!(stderr.contains("is not in UTF-8") && stderr.contains("rename it"), "{stderr}");
    }
}

#[test]
fn yaml_in_deep_nests_is_told_with_its_place_and_in_plain_words() {
    let shop = Shop::new().with(PIPELINE, &format!("{}x\n", "? ".repeat(100)));
    let mistakes = shop.mistakes();
    assert!(!mistakes.contains("budget"), "{mistakes}");
    assert!(mistakes.contains("within one another"), "{mistakes}");
}
