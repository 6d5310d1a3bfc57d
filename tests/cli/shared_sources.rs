//! Sources that several pipelines read, from files below `sources/`.

use insta::assert_snapshot;

use super::{PIPELINE, Shop, ended};

#[test]
fn several_pipelines_read_sources_that_are_declared_once() {
    let shop = Shop::new();
    let (before, rest) = {
        let pipeline = shop.read(PIPELINE);
        let (before, rest) = pipeline.split_once("sources:\n").unwrap();
        (before.to_owned(), rest.to_owned())
    };
    let (sources, after) = rest.split_once("stages:\n").unwrap();
    let unread = "  raw_unread:\n    location: ${NO_SUCH_VARIABLE:-nowhere}/*.csv\n    format: csv\n    columns: {a: {type: string}}\n";
    let told = Shop::new();
    assert_eq!(told.run("2026-03-01", &[]).code, 0);
    for files in ["[sources/shop.yaml]", "[sources/*]", "[sources]"] {
        let pipeline = format!("{before}source_files: {files}\nstages:\n{after}");
        let shop = Shop::new()
            .with(PIPELINE, &pipeline)
            .with("sources/shop.yaml", &format!("sources:\n{sources}{unread}"))
            .with("pipelines/other.yaml", &pipeline.replace("pipeline: shop", "pipeline: other"));
        assert_eq!(shop.run("2026-03-01", &[]).code, 0, "{files}");
        assert!(shop.published() == told.published(), "{files}");
        let other = ["run", "other", "--as-of", "2026-03-01"];
        let mut elsewhere = shop.command(&other);
        let ended = ended(elsewhere.env("WAREHOUSE", "other").spawn().unwrap());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
}

#[test]
fn mistakes_of_shared_sources_are_shown_where_they_are() {
    let sources = "
        sources:
          raw_orders:
            location: raw/orders/*.csv
            format: csv
            columns: {order_id: {type: string}}
          raw_returns:
            location: raw/returns/*.csv
            format: csv
            delimiter: and
            columns: {order_id: {type: string}}
    ";
    let shop = Shop::new()
        .with("sources/shop.yaml", sources)
        .with("sources/empty.yaml", "tables: {}")
        .edit(PIPELINE, "stages:", "source_files: [sources/*, sources/shpo.yaml]\nstages:");
    assert_snapshot!(shop.mistakes(), @r"
    error[no-source-file]: `sources/shpo.yaml` matches no file of sources
      --> pipelines/shop.yaml:15:27
       |
    15 | source_files: [sources/*, sources/shpo.yaml]
       |                           ^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `sources/shop.yaml`?

    error[unknown-key]: there is no key `tables` here
     --> sources/empty.yaml:1:1
      |
    1 | tables: **
      | ^^^^^^
      |
      = help: the keys are `sources`

    error[duplicate-name]: `pipelines/shop.yaml` declares the source `raw_orders` too
     --> sources/shop.yaml:2:3
      |
    2 |   raw_orders:
      |   ^^^^^^^^^^
      |
      = help: declare it once, or give one of them another name

    error[delimiter]: `and` is not one character
     --> sources/shop.yaml:9:16
      |
    9 |     delimiter: and
      |                ^^^
      |
      = help: give one, such as `;` or `\t`
    ");
}
