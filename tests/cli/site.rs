//! `patronage docs`: a static site whose links all lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{PIPELINE, Shop, files};

fn made(shop: &Shop, arguments: &[&str]) -> String {
    let ended = shop.patronage(&[&["docs", PIPELINE], arguments].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.stdout
}

fn pages(shop: &Shop) -> BTreeSet<String> {
    let site = shop.path("site");
    let name = |path: &PathBuf| path.strip_prefix(&site).unwrap().to_str().unwrap().to_owned();
    files(&site).iter().map(name).collect()
}

#[test]
fn every_stage_and_source_has_a_page() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(made(&shop, &[]), "wrote 10 pages: open site/index.html\n");
    let expected = [
        "functions.html",
        "index.html",
        "search.html",
        "shop/graph.html",
        "shop/index.html",
        "shop/releases.html",
        "shop/source/raw_orders.html",
        "shop/stage/activity.html",
        "shop/stage/customers.html",
        "shop/stage/orders.html",
    ];
    assert_eq!(pages(&shop), expected.map(str::to_owned).into());
    let page = shop.read("site/shop/stage/activity.html");
    for said in [
        "What each customer did in a period.",
        "<code>spend</code>",
        "What the customer paid.",
        "href=\"../../shop/stage/orders.html\"",
        "having count(*) &gt;= $minimum_orders",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(shop.read("site/shop/releases.html").contains("2026-03-01T00:00:00Z"));
    assert!(
        shop.read("site/search.html").contains("minimum_orders") || page.contains("minimum_orders")
    );
}

/// Where the links of a page lead, read without the program's own check.
fn targets(page: &Path) -> Vec<(String, PathBuf, Option<String>)> {
    let html = fs::read_to_string(page).unwrap();
    let links =
        html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let links = links.filter(|link| !link.starts_with("data:"));
    links
        .map(|link| {
            let (path, part) = link.split_once('#').unwrap_or((&link, ""));
            let to =
                if path.is_empty() { page.to_owned() } else { page.parent().unwrap().join(path) };
            let part = (!part.is_empty()).then(|| part.to_owned());
            (link.clone(), to, part)
        })
        .collect()
}

#[test]
fn every_link_leads_to_a_page_and_a_part_of_it() {
    let shop = Shop::new();
    made(&shop, &["--without-releases"]);
    let mut links = 0;
    for page in files(&shop.path("site")) {
        for (link, to, part) in targets(&page) {
            let html =
                fs::read_to_string(&to).unwrap_or_else(|_| panic!("{}: {link}", page.display()));
            let is_there = part.is_none_or(|part| html.contains(&format!("id=\"{part}\"")));
            assert!(is_there, "{}: {link}", page.display());
            links += 1;
        }
    }
    assert!(links > 200, "{links}");
}

#[test]
fn a_site_replaces_an_earlier_one_and_nothing_else() {
    let shop = Shop::new();
    made(&shop, &["--without-releases"]);
    let first =
        files(&shop.path("site")).iter().map(|it| fs::read(it).unwrap()).collect::<Vec<_>>();
    fs::write(shop.path("site/stale.html"), "").unwrap();
    made(&shop, &["--without-releases"]);
    let again =
        files(&shop.path("site")).iter().map(|it| fs::read(it).unwrap()).collect::<Vec<_>>();
    assert!(first == again);
    let ended = shop.patronage(&["docs", PIPELINE, "--output", "sql"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("`sql` is there already"), "{}", ended.stderr);
}

#[test]
fn pipelines_of_one_name_have_no_site_in_common() {
    let (shop, other) = (Shop::new(), Shop::new());
    let second = other.path(PIPELINE).display().to_string();
    let ended = shop.patronage(&["docs", PIPELINE, &second, "--without-releases"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("two of the pipelines are called `shop`"), "{}", ended.stderr);
    assert!(!shop.path("site").exists());
}

#[test]
fn what_is_written_in_a_project_is_text_and_never_html() {
    let shop = Shop::new().edit(
        "sql/core/customers.yaml",
        "One row per customer.",
        "'<script>alert(1)</script> & \"</script>\"'",
    );
    made(&shop, &["--without-releases"]);
    for page in ["shop/index.html", "shop/stage/customers.html", "search.html"] {
        let html = shop.read(&format!("site/{page}"));
        assert!(!html.contains("<script>alert"), "{page}");
    }
    assert!(shop.read("site/search.html").contains("\\u003cscript>alert(1)"));
}
