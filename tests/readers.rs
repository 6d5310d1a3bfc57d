//! Published tables through the eyes of programs that know nothing of this one.

use std::process::Command;

use serde_json::json;

use crate::support::playground::Playground;
use crate::support::repository;
use crate::support::tools::tool;

#[test]
fn duckdb_polars_and_arrow_find_what_the_release_promises() {
    let place = Playground::with_demo("--customers 300 --months 6").core();
    place.does("run pipelines/nightly.yaml --as-of 2023-07-01 --from 2023-05-01");
    read_by_others(&place);
    documented(&place);
}

/// Has DuckDB, Polars and Arrow read every table of the release and compare it with its record,
/// and its headlines with the tables.
pub(crate) fn read_by_others(place: &Playground) {
    let status = Command::new(tool("python"))
        .arg(repository().join("tests/readers.py"))
        .arg(place.path("warehouse"))
        .arg(place.path("run_results.json"))
        .status()
        .expect("Python starts");
    assert!(status.success(), "tests/readers.py says above what differs");
}

/// Runs what the document on readers shows of each that is at hand, on this warehouse.
fn documented(place: &Playground) {
    let views = place.command("register pipelines/nightly.yaml").output().expect("the program");
    let views = String::from_utf8(views.stdout).expect("text");
    let document = include_str!("../docs/readers.md");
    for heading in ["DuckDB", "Polars", "pandas and pyarrow"] {
        let chapter = document.split("\n## ").find(|it| it.starts_with(heading)).expect(heading);
        let queries = blocks(chapter, "sql").map(|sql| format!("print(duckdb.sql({sql:?}))\n"));
        let shown: Vec<String> = queries.chain(blocks(chapter, "python").map(Into::into)).collect();
        assert!(!shown.is_empty(), "{heading}");
        let views = format!(
            "import duckdb\nwith duckdb.connect('warehouse.db') as it: it.execute({views:?})\n"
        );
        let status = Command::new(tool("python"))
            .args(["-c", &(views + &shown.concat())])
            .current_dir(place.path(""))
            .status()
            .expect("Python starts");
        assert!(status.success(), "{heading}: Python says above what fails");
    }
}

/// The blocks of a language in a chapter.
fn blocks<'a>(chapter: &'a str, language: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("```{language}\n");
    let blocks: Vec<&str> = chapter.split(&start).skip(1).collect();
    blocks.into_iter().filter_map(|rest| Some(rest.split_once("```")?.0))
}

/// Values as shops have them, among them text that readers take for numbers by default.
const CATEGORIES: [&str; 17] = [
    "08",
    "1e5",
    "true",
    "0x10",
    "é ü",
    "e\u{301} 🙂 ½\u{a0}",
    "home & garden",
    "a/b=c",
    "100%",
    "%2F",
    "Électroménager",
    "A",
    "a",
    "007",
    "Электроинструменты и расходные материалы для дома и сада",
    "家用电器与厨房用品以及其他日常生活必需品折扣专区限时优惠活动第一期",
    "家用电器与厨房用品以及其他日常生活必需品折扣专区限时优惠活动/第二期 50%",
];

#[test]
fn duckdb_polars_and_arrow_read_partition_values_of_every_script() {
    partition_values("", &[]);
}

#[test]
fn they_read_them_from_the_names_of_folders_alone() {
    partition_values("partition_columns: folders\n", &["folders-only"]);
}

fn partition_values(setting: &str, options: &[&str]) {
    let place = Playground::new();
    let write = |path: &str, text: &str| {
        let path = place.path(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    let rows = CATEGORIES.iter().enumerate();
    let lines = rows.clone().map(|(id, category)| json!({"id": id, "category": category}));
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    write("raw/lines.ndjson", &lines.join("\n"));
    write(
        "pipelines/p.yaml",
        &format!(
            "pipeline: p\n{setting}warehouse: ${{WAREHOUSE}}\nsources:\n  raw:\n    location: raw/*.ndjson\n    \
             format: ndjson\n    columns: {{id: {{type: int64}}, category: {{type: string}}}}\n\
             stages: [sql/*]\n"
        ),
    );
    write("sql/lines.sql", "select id, category from raw\n");
    write(
        "sql/lines.yaml",
        "description: Lines.\ncolumns:\n  id: {type: int64, description: Number.}\n  \
         category: {type: string, description: Its category.}\n\
         publish: {partition_by: [category], sort_by: [id]}\n",
    );
    let pipeline = place.path("pipelines/p.yaml").display().to_string();
    place.does(&format!("run {pipeline} --as-of 2026-01-01"));
    let expected: serde_json::Map<_, _> =
        rows.map(|(id, category)| (id.to_string(), json!(category))).collect();
    write("expected.json", &serde_json::Value::from(expected).to_string());
    let status = Command::new(tool("python"))
        .arg(repository().join("tests/partitions.py"))
        .arg(place.path("warehouse/lines"))
        .arg(place.path("expected.json"))
        .args(options)
        .status()
        .expect("Python starts");
    assert!(status.success(), "tests/partitions.py says above what differs");
}
