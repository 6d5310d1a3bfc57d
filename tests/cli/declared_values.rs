//! Values that a declaration lists are values of their column, however they and files are written.

use super::Shop;

const PIPELINE: &str = "pipelines/p.yaml";

/// A project of one source with a column `v`, a stage that passes it on, and one row.
fn project(source: &str, column: &str, cell: &str, table: &str) -> Shop {
    let pipeline = format!(
        "
        pipeline: p
        description: X.
        warehouse: warehouse
        sources:
          a:
            location: raw/a.csv
            format: csv
            {source}
            columns:
              id: {{type: int64, required: true}}
              v: {{{column}}}
        stages: [sql/t.sql]
        "
    );
    Shop::new()
        .with(PIPELINE, &pipeline)
        .with("raw/a.csv", &format!("id,v\n1,{cell}\n"))
        .with("sql/t.sql", "select id, v from a\n")
        .with(
            "sql/t.yaml",
            &format!(
                "
                description: X.
                columns:
                  id: {{description: X.}}
                  v: {{description: X.}}
                {table}
                publish: {{}}
                "
            ),
        )
}

fn run(shop: &Shop) -> (i32, String) {
    let ended = shop.patronage(&["run", PIPELINE, "--as-of", "2026-01-01"]);
    (ended.code, ended.stderr)
}

fn refused(shop: &Shop) -> String {
    let ended = shop.patronage(&["check", PIPELINE]);
    assert_eq!(ended.code, 2, "{}{}", ended.stdout, ended.stderr);
    ended.stderr
}

#[test]
fn a_thing_is_gone_by_the_value_and_not_by_its_text() {
    for (column, cell, values) in [
        ("type: boolean", "1", "[1]"),
        ("type: boolean", "true", "['TRUE']"),
        ("type: boolean", "1", "[true]"),
        ("type: boolean, true_values: [ja], false_values: [nein]", "ja", "[ja]"),
        ("type: boolean, true_values: [ja], false_values: [nein]", "JA", "[true]"),
        ("type: float64", "1", "[1]"),
        ("type: float64", "1.0", "[1]"),
        ("type: 'decimal(4,1)'", "1.0", "[1]"),
        ("type: 'decimal(4,0)'", "1", "[1.0]"),
        ("type: int32", "1", "['01']"),
        ("type: date", "2025-01-01", "['2025-01-01']"),
        ("type: timestamp", "2025-01-01", "['2025-01-01']"),
        ("type: timestamptz", "2025-01-01T00:00:00Z", "['2025-01-01']"),
        ("type: string", "it's", "[\"it's\"]"),
    ] {
        let source = format!("key: [id]\n            deleted: {{column: v, values: {values}}}");
        let shop = project(&source, column, cell, "");
        let (code, stderr) = run(&shop);
        assert_eq!(code, 0, "{column} {cell} {values}\n{stderr}");
        let deleted = &shop.results()["sources"][0]["deleted"];
        assert_eq!(deleted, 1, "{column} {cell} {values}");
    }
}

#[test]
fn what_is_no_value_of_the_column_says_of_nothing_that_it_is_gone() {
    for (column, deleted, said) in [
        ("type: int32", "{column: v}", "`true` is not int32"),
        ("type: int32", "{column: v, values: [gone]}", "`gone` is not int32"),
        ("type: 'decimal(4,1)'", "{column: v, values: [1.25]}", "`1.25` is not decimal(4,1)"),
        ("type: boolean", "{column: v, values: [maybe]}", "`maybe` is not boolean"),
    ] {
        let source = format!("key: [id]\n            deleted: {deleted}");
        let told = refused(&project(&source, column, "1", ""));
        assert!(told.contains(said), "{column} {deleted}\n{told}");
    }
}

#[test]
fn accepted_values_of_a_table_are_those_of_its_type() {
    let check = |values: &str| {
        format!("checks:\n                  - accepted_values: {{column: v, values: {values}}}")
    };
    for (column, cell, values) in [
        ("type: 'decimal(18,2)'", "1.50", "[1.5, 2.25]"),
        ("type: int64", "1", "[1.0, 2]"),
        ("type: int64", "1", "['01', '+2']"),
        ("type: float64", "1", "[0.5, 1]"),
        ("type: boolean", "true", "['TRUE', 'False']"),
        ("type: date", "2025-12-02", "['2025-12-02']"),
        ("type: timestamp", "2025-12-02", "['2025-12-02']"),
        ("type: string", "1.50", "['1.50']"),
        ("type: string", "", "[a]"),
        ("type: int64", "", "[1]"),
    ] {
        let (code, stderr) = run(&project("", column, cell, &check(values)));
        assert_eq!(code, 0, "{column} {cell} {values}\n{stderr}");
    }
    for (column, cell, values) in [
        ("type: 'decimal(18,2)'", "1.51", "[1.5, 2.25]"),
        ("type: int64", "9007199254740993", "[9007199254740992]"),
        ("type: string", "1.5", "['1.50']"),
        ("type: boolean", "false", "[true]"),
    ] {
        let (code, stderr) = run(&project("", column, cell, &check(values)));
        assert_eq!(code, 1, "{column} {cell} {values}\n{stderr}");
    }
    for (column, values, said) in [
        ("type: int64", "[foo, 1]", "`foo` is not int64"),
        ("type: date", "[foo]", "`foo` is not date"),
        ("type: 'decimal(4,1)'", "[abc]", "`abc` is not decimal(4,1)"),
        ("type: boolean", "[ja]", "`ja` is not boolean"),
    ] {
        let told = refused(&project("", column, "", &check(values)));
        assert!(told.contains(said), "{column} {values}\n{told}");
    }
}

#[test]
fn a_headline_is_one_value() {
    let shop = project("", "type: string", "x", "")
        .edit(PIPELINE, "stages:", "headlines:\n  Which: select v from t\nstages:")
        .with("raw/a.csv", "id,v\n1,x\n2,y\n");
    let (code, stderr) = run(&shop);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("a headline is one value, and this has several rows"), "{stderr}");
}
