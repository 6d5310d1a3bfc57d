//! What the program says about itself, and the copies of it in `docs`.

use std::path::Path;

use serde_json::Value;

use crate::coverage::pipelines;
use crate::support::playground::Playground;
use crate::support::program::ended;
use crate::support::repository;
use crate::support::shop::Shop;

#[test]
fn the_schemas_in_docs_are_those_of_the_program() {
    for kind in ["pipeline", "sources", "table", "tests", "run-results"] {
        let file = format!("docs/schema/{}.json", kind.replace('-', "_"));
        is_printed(&file, &["schema", kind]);
    }
}

#[test]
fn the_reference_of_functions_in_docs_is_that_of_the_program() {
    is_printed("docs/functions.md", &["functions", "--reference"]);
}

#[test]
fn the_tables_in_docs_are_those_of_the_program() {
    let printed = Playground::new().does("tables pipelines/nightly.yaml");
    let written = std::fs::read_to_string(repository().join("docs/tables.md")).unwrap();
    assert!(
        written == printed,
        "run `cargo run -- tables pipelines/nightly.yaml > docs/tables.md`"
    );
}

#[test]
fn the_catalogue_in_docs_is_that_of_the_program() {
    let files = pipelines().into_iter().map(|file| file.display().to_string());
    let line = format!("catalogue {}", files.collect::<Vec<_>>().join(" "));
    let printed = Playground::new().does(&line);
    let written =
        std::fs::read_to_string(repository().join("docs/catalogue.md")).unwrap_or_default();
    assert!(
        written == printed,
        "run `cargo run -- catalogue pipelines/complete_journey.yaml pipelines/nightly.yaml > docs/catalogue.md`"
    );
}

#[test]
fn the_diagnostics_in_docs_are_those_of_the_program() {
    is_printed("docs/diagnostics.md", &["explain"]);
}

#[test]
fn a_code_is_explained_by_itself() {
    let shop = Shop::new();
    insta::assert_snapshot!(shop.patronage(&["explain", "cycle"]).stdout, @r"
    ## `cycle`

    Stages read each other in a circle, so that none can be first.

    A query:

    ```sql
    select * from orders
    ```

    ```text
    error[cycle]: stages need each other: orders → orders
     --> sql/orders.sql:1:15
      |
    1 | select * from orders
      |               ^^^^^^
      |
      = help: split one of them so that the tables it reads come first
    ```

    Split a stage so that the tables it reads come before it.
    ");
    let unknown = shop.patronage(&["explain", "cycles"]);
    assert_eq!(unknown.code, 2);
    insta::assert_snapshot!(unknown.stderr, @r"
    error: no mistake has the code `cycles`
    help: did you mean `cycle`?
    ");
}

fn is_printed(file: &str, arguments: &[&str]) {
    let written = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let written = std::fs::read_to_string(written).unwrap_or_default();
    let printed = ended(Shop::new().command(arguments).spawn().unwrap());
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let command = format!("cargo run -- {} > {file}", arguments.join(" "));
    assert!(written == printed.stdout, "`{file}` is not what the program prints: run `{command}`");
}

#[test]
fn the_record_of_a_run_that_went_well_has_its_schema() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &["--from", "2026-01-01"]).code, 0);
    assert_eq!(faults(&shop), Vec::<String>::new());
    assert_eq!(shop.results()["failure_kind"], Value::Null);
}

#[test]
fn the_record_of_a_run_that_failed_has_its_schema() {
    let broken = Shop::new().edit("sql/core/customers.sql", "from orders", "from ordres");
    assert_eq!(broken.run("2026-03-01", &[]).code, 2);
    assert_eq!(faults(&broken), Vec::<String>::new());
    let rejected =
        Shop::new().with("raw/orders/2026-04.csv", "order_id,customer_id,ordered_at,amount\n,,,");
    assert_eq!(rejected.run("2026-03-01", &[]).code, 1);
    assert_eq!(faults(&rejected), Vec::<String>::new());
    let message = rejected.results()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("1 of 7 rows rejected"), "{message}");
}

/// Where the record of the last run differs from `patronage schema run-results`.
fn faults(shop: &Shop) -> Vec<String> {
    let printed = shop.patronage(&["schema", "run-results"]).stdout;
    let schema: Value = serde_json::from_str(&printed).unwrap();
    let mut faults = Vec::new();
    compare(&schema, &schema, &shop.results(), "", &mut faults);
    faults
}

/// The part of JSON schema that the record uses.
fn compare(root: &Value, schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
    if let Some(target) = schema["$ref"].as_str() {
        let definition = root.pointer(target.trim_start_matches('#')).unwrap();
        return compare(root, definition, value, path, faults);
    }
    if let Some(choices) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let fits = choices.iter().any(|choice| {
            let mut wrong = Vec::new();
            compare(root, choice, value, path, &mut wrong);
            wrong.is_empty()
        });
        if !fits {
            faults.push(format!("{path}: none of the choices"));
        }
        return;
    }
    if let Some(constant) = schema.get("const").filter(|constant| *constant != value) {
        faults.push(format!("{path}: not {constant}"));
    }
    if let Some(types) = schema.get("type").filter(|types| !is_of(types, value)) {
        faults.push(format!("{path}: {value} is not {types}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            faults.push(format!("{path}: no {name}"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => compare(root, schema, inner, &format!("{path}/{name}"), faults),
            None => faults.push(format!("{path}: `{name}` is not in the schema")),
        }
    }
    for inner in value.as_array().into_iter().flatten() {
        compare(root, &schema["items"], inner, &format!("{path}/*"), faults);
    }
}

fn is_of(types: &Value, value: &Value) -> bool {
    let one = |name: &Value| match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("a type `{other}`"),
    };
    types.as_array().map_or_else(|| one(types), |types| types.iter().any(one))
}
