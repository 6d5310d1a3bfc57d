//! Text from data that would do something to a terminal: shown escaped, and exact for machines.

use super::{Ended, PIPELINE, Shop};

/// Names that look alike.
const ALIKE: [char; 6] = ['\u{200b}', '\u{ad}', '\u{180e}', '\u{115f}', '\u{2800}', '\u{200d}'];

/// Clears the screen, rings, turns the line around, begins another line.
const STRANGE: &str = "x\u{1b}[2J\u{7}\u{9b}1m\u{202e}\u{2066}\u{200f}y";

/// Whether a text holds nothing but lines of characters that stand where they are.
fn is_plain(text: &str) -> bool {
    let acts = |it: char| {
        it.is_control() && it != '\n'
            || matches!(it, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !text.contains(acts)
}

fn plain(ended: &Ended) -> &str {
    assert!(is_plain(&ended.stderr), "{:?}", ended.stderr);
    assert!(is_plain(&ended.stdout), "{:?}", ended.stdout);
    &ended.stderr
}

fn orders(row: &str) -> String {
    format!("order_id,customer_id,ordered_at,amount\n{row}\n")
}

/// The shop with one more file of raw orders.
fn shop(row: &str) -> Shop {
    let shop = Shop::new();
    std::fs::write(shop.path("raw/orders/2026-04.csv"), orders(row)).unwrap();
    shop
}

#[test]
fn rejected_values_are_escaped_in_text_and_exact_in_results() {
    let shop = shop(&format!("o7,eve,2026-02-03 10:00:00,\"{STRANGE}\r\nerror: no\""));
    let run = shop.run("2026-03-01", &[]);
    assert_eq!(run.code, 1);
    let told = plain(&run);
    assert!(told.contains("x\\u{1b}[2J\\u{7}\\u{9b}1m\\u{202e}"), "{told}");
    assert!(!told.lines().any(|line| line.starts_with("error: no")), "{told}");
    let example = shop.results()["sources"][0]["rejects"][0]["example"].clone();
    assert!(example.as_str().unwrap().contains(&format!("{STRANGE}\r\nerror: no")), "{example}");
    let rows = shop.patronage(&["show", PIPELINE, "quarantine", "--staged"]);
    assert!(plain(&rows).is_empty() && rows.stdout.contains("\\u{1b}[2J"), "{}", rows.stdout);
    assert!(rows.stdout.lines().all(|line| line.starts_with(['|', '+'])), "{}", rows.stdout);
    let exact = shop.patronage(&["show", PIPELINE, "quarantine", "--staged", "--format", "json"]);
    let row: serde_json::Value = serde_json::from_str(exact.stdout.trim()).unwrap();
    assert!(row["value"].as_str().unwrap().starts_with(STRANGE), "{row}");
}

#[test]
fn rows_that_break_checks_are_escaped() {
    let shop = shop(&format!("o7,\"eve{STRANGE}\nerror: no\",2026-02-03 10:00:00,-3.00"));
    for format in ["text", "json"] {
        let run = shop.run("2026-03-01", &["--log-format", format]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        if format == "text" {
            assert!(!plain(&run).lines().any(|line| line.starts_with("error: no")));
        }
        for line in run.stderr.lines().filter(|_| format == "json") {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        let results = shop.results();
        let mut checks = results["checks"].as_array().unwrap().iter();
        let failed = checks.find(|check| check["status"] == "failed").unwrap();
        let example = failed["examples"][0].as_str().unwrap();
        assert!(example.contains(&format!("eve{STRANGE}\nerror: no")), "{example:?}");
    }
    let failed = shop.patronage(&["show", PIPELINE, "customers", "--failed"]);
    assert!(failed.stdout.contains("\\u{1b}[2J") && plain(&failed).is_empty());
}

#[test]
fn values_and_names_that_look_alike_are_told_apart() {
    for unseen in ALIKE {
        let shown = format!("a\\u{{{:x}}}b", u32::from(unseen));
        let shop = shop(&format!("o7,eve,2026-02-03 10:00:00,a{unseen}b"));
        let run = shop.run("2026-03-01", &[]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(plain(&run).contains(&shown), "{}", run.stderr);
        let ended = shop.patronage(&["show", PIPELINE, &format!("a{unseen}b")]);
        assert!(plain(&ended).contains(&shown), "{}", ended.stderr);
    }
}

#[test]
fn headlines_errors_headers_and_names_are_escaped() {
    let row = format!("o7,\"eve{STRANGE}\nz\",2026-02-03 10:00:00,3.00");
    let named = shop(&row).edit(
        PIPELINE,
        "select count(*) from customers",
        "select max(customer_id) from customers",
    );
    let run = named.run("2026-03-01", &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    plain(&run);
    assert!(run.stdout.contains("eve") && run.stdout.contains("\\nz"), "{}", run.stdout);
    let rows = named.patronage(&["show", PIPELINE, "customers"]);
    assert!(plain(&rows).is_empty() && rows.stdout.contains("\\nz"), "{}", rows.stdout);

    let cast = shop(&row).edit(
        "sql/staging/orders.sql",
        "customer_id,",
        "cast(cast(customer_id as int) as varchar) as customer_id,",
    );
    let run = cast.run("2026-03-01", &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    plain(&run);

    let header = Shop::new();
    let text = format!("order_id,customer_id,ordered_at,\"am{STRANGE}\nount\"\n1,2,3,4\n");
    std::fs::write(header.path("raw/orders/2026-04.csv"), text).unwrap();
    plain(&header.run("2026-03-01", &[]));
    plain(&header.patronage(&["infer", "raw/orders/2026-04.csv"]));
    let text = "order_id,\"\u{202e}am\nount\"\n1,2\n3,4\n";
    std::fs::write(header.path("raw/orders/2026-04.csv"), text).unwrap();
    let columns = header.patronage(&["infer", "raw/orders/2026-04.csv"]);
    assert_eq!(columns.code, 0, "{}", columns.stderr);
    plain(&columns);
    assert!(columns.stdout.contains("\\U0000202Eam\\nount"), "{}", columns.stdout);
}

#[test]
fn names_of_files_and_of_what_was_typed_are_escaped() {
    let shop = Shop::new();
    let name = format!("raw/orders/{STRANGE}\nerror: no.csv");
    std::fs::write(shop.path(&name), orders("o7,eve,2026-02-03 10:00:00,3.00")).unwrap();
    let run = shop.run("2026-03-01", &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(!plain(&run).lines().any(|line| line.starts_with("error: no")), "{}", run.stderr);

    let hidden = Shop::new();
    let name = format!("raw/orders/_{STRANGE}\nerror: no.csv");
    std::fs::write(hidden.path(&name), "").unwrap();
    let run = hidden.run("2026-03-01", &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    plain(&run);
    assert!(run.stdout.contains("hidden by their names"), "{}", run.stdout);

    for arguments in [
        vec!["run", PIPELINE, "--as-of", STRANGE],
        vec!["show", PIPELINE, STRANGE],
        vec!["check", STRANGE],
        vec!["infer", STRANGE],
        vec!["run", PIPELINE, "--as-of", "2026-03-01", "--select", STRANGE],
        vec!["functions", STRANGE],
        vec![STRANGE],
    ] {
        let ended = Shop::new().patronage(&arguments);
        assert_ne!(ended.code, 0);
        plain(&ended);
    }
}

/// The message of the failure in a log in JSON.
fn message(log: &str) -> String {
    let said = log.lines().rfind(|line| line.contains("\"ERROR\"")).unwrap();
    let line: serde_json::Value = serde_json::from_str(said).unwrap();
    line["message"].as_str().unwrap().to_owned()
}

#[test]
fn what_a_message_quotes_is_exact_for_machines() {
    let strange = format!("{STRANGE}\n\\u{{1b}}z");
    let file = Shop::new();
    let name = format!("raw/orders/{strange}.csv");
    std::fs::write(file.path(&name), orders("o7,eve,2026-02-03 10:00:00,3.00")).unwrap();
    let example = shop(&format!("o7,eve,2026-02-03 10:00:00,\"{strange}\""));
    let broken = shop(&format!("o7,\"eve{strange}\",2026-02-03 10:00:00,-3.00"));
    for shop in [file, example, broken] {
        let run = shop.run("2026-03-01", &["--log-format", "json"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        let told = message(&run.stderr);
        assert!(told.contains(&strange), "{told:?}");
        let recorded = shop.results()["message"].as_str().unwrap_or_default().to_owned();
        assert!(recorded.contains(&strange), "{recorded:?}");
    }
    let typed = Shop::new();
    let run = typed.run("2026-03-01", &["--log-format", "json", "--select", &strange]);
    assert!(message(&run.stderr).contains(&strange), "{}", run.stderr);
    let doctor = typed
        .edit(PIPELINE, "raw/orders/*.csv", &format!("\"raw/{}\"", "x\\u001by/*.csv"))
        .patronage(&["doctor", PIPELINE, "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&doctor.stdout).unwrap();
    assert!(
        found.to_string().contains("x\\u001by") && !found.to_string().contains("u{1b}"),
        "{found}"
    );
}
