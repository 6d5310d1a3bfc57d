//! A project is found from the path of its pipeline, however that is written and whatever the
//! working directory.

use std::fs;

use super::{PIPELINE, Shop, ended};

#[test]
fn a_pipeline_belongs_to_its_project_however_its_path_is_written() {
    let told = Shop::new();
    assert_eq!(told.run("2026-03-01", &[]).code, 0);
    let ways = [
        (".", "./pipelines/shop.yaml"),
        (".", "pipelines/./shop.yaml"),
        (".", "sql/../pipelines/shop.yaml"),
        ("pipelines", "shop.yaml"),
        ("pipelines", "./shop.yaml"),
        ("pipelines", "../pipelines/shop.yaml"),
        ("pipelines/nested", "../shop.yaml"),
        ("sql/core", "../../pipelines/shop.yaml"),
        ("sql", "ABSOLUTE"),
        (".", "shop"),
        ("sql/core", "shop"),
        ("raw/orders", "pipelines/shop.yaml"),
    ];
    for (folder, path) in ways {
        let shop = Shop::new();
        fs::create_dir_all(shop.path("pipelines/nested")).unwrap();
        let absolute = shop.path(PIPELINE).display().to_string();
        let path = if path == "ABSOLUTE" { &absolute } else { path };
        let mut run = shop.command(&["run", path, "--as-of", "2026-03-01"]);
        let run = ended(run.current_dir(shop.path(folder)).spawn().unwrap());
        assert_eq!(run.code, 0, "{folder} {path}: {}", run.stderr);
        assert!(shop.published() == told.published(), "{folder} {path}");
        let mut show = shop.command(&["show", path, "customers"]);
        let show = ended(show.current_dir(shop.path(folder)).spawn().unwrap());
        assert!(show.stdout.contains("ada"), "{folder} {path}: {}", show.stderr);
    }
}

#[test]
fn a_mistake_is_shown_with_the_path_that_leads_to_it_from_here() {
    let shop = Shop::new().with("sql/core/customers.sql", "select nothing from orders");
    let mut check = shop.command(&["check", "shop.yaml"]);
    let check = ended(check.current_dir(shop.path("pipelines")).spawn().unwrap());
    assert_eq!(check.code, 2);
    assert!(check.stderr.contains("--> ../sql/core/customers.sql:1:8"), "{}", check.stderr);
}
