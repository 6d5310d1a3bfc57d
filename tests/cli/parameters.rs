//! The files of a table say which parameters, with which values, its rows depend on.

use std::fs::File;

use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::{Value, json};

use super::{PIPELINE, Shop};

/// What a file of a published table says of its parameters.
fn parameters(shop: &Shop, table: &str) -> Value {
    let files = shop.published();
    let (path, _) = files.iter().find(|(path, _)| path.starts_with(&format!("{table}/"))).unwrap();
    let file = File::open(shop.path("warehouse").join(path)).unwrap();
    let file = SerializedFileReader::new(file).unwrap();
    let said = file.metadata().file_metadata().key_value_metadata().unwrap();
    let said = said.iter().find(|said| said.key == "patronage.table").unwrap();
    let said: Value = serde_json::from_str(said.value.as_deref().unwrap()).unwrap();
    said["parameters"].clone()
}

#[test]
fn a_table_names_the_parameters_of_all_stages_behind_it_and_no_secret() {
    let buyers = "description: How many customers were active.\nper: period\ncolumns:\n  \
                  buyers: {type: int64, description: Active customers.}\n\
                  publish: {sort_by: [buyers]}\n";
    let secret = "params:\n  api_token: {type: string, default: correct-horse}\n  \
                  unused: {type: int64, default: 7}\n";
    let shop = Shop::new()
        .with(
            "sql/core/buyers.sql",
            "select count(*) as buyers from activity where $api_token <> ''",
        )
        .with("sql/core/buyers.yaml", buyers)
        .edit(PIPELINE, "params:\n", secret);
    let ended = shop.run("2026-04-01", &["--param", "minimum_orders=2"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(parameters(&shop, "activity"), json!({"minimum_orders": "2"}));
    assert_eq!(parameters(&shop, "buyers"), json!({"minimum_orders": "2"}));
    assert_eq!(parameters(&shop, "customers"), json!({}));
    let is_told = |bytes: &[u8]| bytes.windows(13).any(|part| part == b"correct-horse");
    assert!(shop.published().iter().all(|(_, bytes)| !is_told(bytes)));
    // Another value is another table, whatever its rows.
    let before = shop.published();
    assert_eq!(shop.run("2026-04-01", &["--param", "minimum_orders=3"]).code, 0);
    assert_eq!(parameters(&shop, "buyers"), json!({"minimum_orders": "3"}));
    assert_eq!(shop.run("2026-04-01", &["--param", "minimum_orders=2"]).code, 0);
    assert_eq!(shop.published(), before);
}
