//! Raw data from web servers.

use std::path::Path;

use super::reading::{count, rows, source};
use crate::support::playground::Playground;
use crate::support::remote::{DEMO, SOME};
use crate::support::tables;
use crate::support::web::{Skills, Web};

/// What the demo writes as one file a day or a month.
const DAILY: [(&str, &str); 16] = [
    ("orders", "csv"),
    ("order_lines", "csv.gz"),
    ("survey_answers", "csv"),
    ("memberships", "csv"),
    ("point_entries", "csv"),
    ("referrals", "csv"),
    ("costs", "csv"),
    ("suggestions", "csv"),
    ("partner_revenues", "csv"),
    ("sessions", "csv"),
    ("wallet_answers", "csv"),
    ("complaints", "csv"),
    ("contacts", "csv"),
    ("customisations", "csv"),
    ("preferences", "csv"),
    ("brand_ratings", "csv"),
];
/// Of these nothing lies in the months of this demo, so there is no file to serve.
const NONE: [(&str, &str); 3] = [
    ("relationship_answers/*.csv", "relationship_answers/2023-12.csv"),
    ("exposures/*.csv", "exposures/2023-12.csv"),
    ("employee_answers/*.csv", "employee_answers/2023-12.csv"),
];
/// What it writes as one file.
const SINGLE: [(&str, &str); 9] = [
    ("customers/*.parquet", "customers/customers.parquet"),
    ("products/*.parquet", "products/products.parquet"),
    ("questions/questions.csv", "questions/questions.csv"),
    ("relationship_questions/questions.csv", "relationship_questions/questions.csv"),
    ("contact_targets/*.csv", "contact_targets/contact_targets.csv"),
    ("win_back_contacts/*.csv", "win_back_contacts/win_back_contacts.csv"),
    ("advertised_prices/*.csv", "advertised_prices/advertised_prices.csv"),
    ("promotions/promotions.csv", "promotions/promotions.csv"),
    ("birthdays/birthdays.csv", "birthdays/birthdays.csv"),
];

#[tokio::test]
async fn servers_that_can_do_little_are_read_like_those_that_can_do_all() {
    let headless = Skills { head: false, ..Skills::ALL };
    let headless_and_plain = Skills { head: false, ..Skills::NONE };
    for skills in [Skills::ALL, Skills::NONE, headless, headless_and_plain] {
        let web = Web::with(skills, &[("a b.csv", &rows(1_000_000)), ("c.csv", b"")]);
        let read = count(&source(&web.url("a%20b.csv")), Path::new("/")).await;
        assert_eq!(read.unwrap(), 1_000_000, "{skills:?}");
        let nothing = count(&source(&web.url("c.csv")), Path::new("/")).await;
        assert_eq!(nothing.unwrap(), 0, "{skills:?}");
    }
}

#[tokio::test]
async fn a_signature_goes_along_with_every_request() {
    let web = Web::with(Skills::ALL, &[("private/a.csv", &rows(2_000_000))]);
    let signed = source(&web.url("private/a.csv?sig=of-the-tests"));
    assert_eq!(count(&signed, Path::new("/")).await.unwrap(), 2_000_000);
    let error = count(&source(&web.url("private/a.csv?sig=wrong")), Path::new("/")).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("403") && !error.contains("wrong"), "{error}");
}

#[test]
fn raw_data_from_a_web_server_gives_the_same_tables() {
    let here = Playground::with_demo(DEMO).core();
    here.does(SOME);
    for skills in [Skills::ALL, Skills::NONE] {
        let web = Web::start(skills);
        let mut pipeline = std::fs::read_to_string("pipelines/nightly.yaml").unwrap();
        for (folder, ending) in DAILY {
            let names = shelve(&web, &here, folder);
            let days: Vec<&str> = names.iter().filter_map(|name| name.split('.').next()).collect();
            let there = web.url(&format!("{folder}/{{{}}}.{ending}", days.join(",")));
            let pattern = format!("${{RAW:-data/raw}}/{folder}/*.{ending}");
            pipeline = pipeline.replace(&pattern, &there);
        }
        for (_, file) in SINGLE {
            shelve(&web, &here, file.split('/').next().unwrap());
        }
        for (pattern, file) in SINGLE.into_iter().chain(NONE) {
            pipeline = pipeline.replace(&format!("${{RAW:-data/raw}}/{pattern}"), &web.url(file));
        }
        assert!(!pipeline.contains("${RAW"), "{pipeline}");
        let there = Playground::new().core();
        let ended = there.run_changed(&pipeline, SOME);
        assert_eq!(ended.code, 0, "{ended:?}");
        let released = [&there, &here].map(|place| {
            let mut tables = tables::release(&place.path("warehouse")).tables;
            // It names the files as they are named there.
            tables.remove("quarantine");
            tables
        });
        assert_eq!(released[0], released[1]);
    }
}

/// Puts a folder of raw data on a server, and gives the names of its files.
fn shelve(web: &Web, here: &Playground, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(here.path("raw").join(folder)).unwrap();
    let mut names = Vec::new();
    for entry in entries.map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        web.shelf.put(&format!("{folder}/{name}"), std::fs::read(entry.path()).unwrap(), None);
        names.push(name);
    }
    names
}

#[test]
fn demo_data_is_not_written_to_a_web_server() {
    let web = Web::start(Skills::ALL);
    let ended = Playground::new().run(&format!("demo --out {}", web.url("raw")));
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("nothing is written to web servers"), "{}", ended.stderr);
}
