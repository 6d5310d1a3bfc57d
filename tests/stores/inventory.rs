//! What a source consists of: nothing more than was declared, nothing less than is there.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use patronage::plan::{Exclude, SourcePlan};
use patronage::read::{Inventory, ReadError, inventory};
use patronage::store::Location;
use tempfile::TempDir;

use super::reading::{count, source};
use crate::support::google::Google;
use crate::support::playground::Playground;
use crate::support::shop::{PIPELINE, Shop};
use crate::support::web::{Skills, Web};

fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "id\n1\n").unwrap();
    }
    folder
}

async fn refused(source: &SourcePlan, base: &Path) -> String {
    let error = inventory(source, base).await.unwrap_err();
    error.to_string().replace(&base.canonicalize().unwrap().display().to_string(), "BASE")
}

async fn names(source: &SourcePlan, base: &Path) -> Vec<String> {
    let found = inventory(source, base).await.unwrap();
    found.files.into_iter().map(|file| file.name).collect()
}

#[tokio::test]
async fn where_nothing_matches_what_there_is_is_told() {
    let base =
        folder(&["raw/orders/1.txt", "raw/orders/2.txt", "raw/orders/_SUCCESS", "raw/x/1.csv"]);
    for (location, told) in [
        ("raw/orders/*.csv", "`raw/orders` holds `1.txt`, `2.txt`"),
        ("raw/ordres/*.csv", "`raw` holds `orders/`, `x/`"),
        ("raw/orders", "`raw/orders` is a folder; end it in `/*`"),
        ("raw/x/2.csv", "`raw/x` holds `1.csv`"),
        ("rew/a/b/*.csv", "`.` holds `raw/`"),
    ] {
        let error = refused(&source(location), base.path()).await;
        assert_eq!(error, format!("source `raw`: nothing matches `{location}`; {told}"));
    }
}

#[tokio::test]
async fn optional_is_for_nothing_at_all_and_allow_empty_for_nothing_that_matches() {
    let base = folder(&["there/a.txt"]);
    std::fs::create_dir(base.path().join("empty")).unwrap();
    for (location, optional, allow_empty) in [
        ("nowhere/*.csv", true, false),
        ("empty/*.csv", true, true),
        ("there/*.csv", false, true),
        ("there/b.csv", true, false),
    ] {
        let declared =
            |optional, allow_empty| SourcePlan { optional, allow_empty, ..source(location) };
        let allowed = inventory(&declared(true, false), base.path()).await.is_ok();
        assert_eq!(allowed, optional, "{location} optional");
        let allowed = inventory(&declared(false, true), base.path()).await.is_ok();
        assert_eq!(allowed, allow_empty, "{location} allow_empty");
        assert!(inventory(&declared(false, false), base.path()).await.is_err(), "{location}");
        assert!(inventory(&declared(true, true), base.path()).await.is_ok(), "{location}");
    }
}

#[tokio::test]
async fn what_a_source_says_already_is_not_advised() {
    let base = folder(&["there/a.txt"]);
    for (optional, allow_empty, advised) in [
        (false, false, "declare the source `optional: true`"),
        (true, false, "`allow_empty: true` beside it"),
        (false, true, "`optional: true` beside it"),
    ] {
        let location = if allow_empty { "nowhere/*.csv" } else { "there/*.csv" };
        let declared = SourcePlan { optional, allow_empty, ..source(location) };
        let help = inventory(&declared, base.path()).await.unwrap_err().help().unwrap();
        assert!(help.contains(advised), "{help}");
        assert_eq!(help.contains("declare"), !(optional || allow_empty), "{help}");
    }
}

#[tokio::test]
async fn a_warehouse_in_the_listed_folder_of_a_bucket_is_left_out() {
    let url = ObjectStoreUrl::parse("s3://shop").unwrap();
    let place = Location { url, store: Arc::new(InMemory::new()), path: "raw".into(), local: None };
    for key in ["raw/a.csv", "raw/wh/a.csv", "raw/wh/_b/c.csv", "raw/whole/a.csv"] {
        place.store.put(&key.into(), "id\n1\n".into()).await.unwrap();
    }
    for (warehouse, files, own) in [
        ("s3://shop/raw/wh/", "raw/a.csv raw/whole/a.csv", 2),
        ("s3://other/raw/wh", "raw/a.csv raw/wh/a.csv raw/whole/a.csv", 0),
        ("raw/wh", "raw/a.csv raw/wh/a.csv raw/whole/a.csv", 0),
    ] {
        let exclude = Exclude::default().and_warehouse(warehouse);
        let found = Inventory::list(&place, Some("**/*.csv"), &exclude, Path::new("/")).await;
        let found = found.unwrap();
        let names: Vec<&str> = found.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!((names.join(" ").as_str(), found.passed.own.count), (files, own), "{warehouse}");
    }
}

#[tokio::test]
async fn patterns_and_their_absence_mean_the_same_in_a_bucket() {
    let google = Google::start();
    let playground = google.playground();
    let put = |key: &str| google.shelf.put(&Google::name(key), b"id\n1\n".to_vec(), None);
    put("raw/region=S%C3%A3o Paulo/2024-01.csv");
    put("raw/region=Rio/2024-02.csv");
    put("raw/region=Rio/_tmp.csv");
    let list = async |pattern: &str| {
        let place = google.place("raw");
        let (base, exclude) = (Path::new("/"), Exclude::default());
        let found = Inventory::list(&place, Some(pattern), &exclude, base).await;
        found.unwrap().files.into_iter().map(|file| file.name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        list("*/*.csv").await,
        "raw/region=Rio/2024-02.csv raw/region=S%C3%A3o Paulo/2024-01.csv"
    );
    assert_eq!(list("region=R*/2024-0[1-2].csv").await, "raw/region=Rio/2024-02.csv");
    assert_eq!(list("**/{2024-01,2023-01}.csv").await, "raw/region=S%C3%A3o Paulo/2024-01.csv");

    let ended = playground.run("run pipelines/nightly.yaml --as-of 2023-05-01");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stderr.contains("`gs://shop/raw` holds `region=Rio/`"), "{}", ended.stderr);
}

#[tokio::test]
async fn folders_that_a_console_made_are_no_files() {
    let google = Google::start();
    let playground = google.playground();
    let put = |key: &str, text: &[u8]| google.shelf.put(&Google::name(key), text.to_vec(), None);
    put("raw/orders/1.csv", b"id\n1\n");
    put("raw/orders/none.csv", b"");
    for marker in
        ["raw/", "raw/orders/", "raw/orders/empty/", "raw/orders/sub/", "raw/orders/old_$folder$"]
    {
        put(marker, b"");
    }
    put("raw/orders/sub/2.csv", b"id\n2\n");
    drop(playground);
    let list = async |pattern: &str| {
        let (base, exclude) = (Path::new("/"), Exclude::default());
        let place = google.place("raw/orders");
        let found = Inventory::list(&place, Some(pattern), &exclude, base).await;
        found.unwrap().files.into_iter().map(|file| file.name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(list("**").await, "raw/orders/1.csv raw/orders/none.csv raw/orders/sub/2.csv");
    assert_eq!(list("*").await, "raw/orders/1.csv raw/orders/none.csv");
}

#[tokio::test]
async fn a_link_is_followed_within_its_folder_and_never_out_of_it() {
    let base = folder(&["raw/day/1.csv", "secret/1.csv", "secret/deep/2.csv"]);
    let at = |path: &str| base.path().join(path);
    symlink(at("raw/day/1.csv"), at("raw/latest.csv")).unwrap();
    assert_eq!(names(&source("raw/*.csv"), base.path()).await, ["raw/latest.csv"]);

    symlink(at("secret/1.csv"), at("raw/day/2.csv")).unwrap();
    let error = refused(&source("raw/*/*.csv"), base.path()).await;
    assert_eq!(
        error,
        "`BASE/raw/day/2.csv` is a link out of the declared folder, to `BASE/secret/1.csv`"
    );
    std::fs::remove_file(at("raw/day/2.csv")).unwrap();

    symlink(at("secret"), at("raw/archive")).unwrap();
    let error = refused(&source("raw/**/*.csv"), base.path()).await;
    assert_eq!(error, "`BASE/raw/archive` is a link out of the declared folder, to `BASE/secret`");
    // Nothing is looked for below the link.
    assert_eq!(names(&source("raw/*.csv"), base.path()).await, ["raw/latest.csv"]);
}

#[tokio::test]
async fn a_declared_folder_may_be_a_link() {
    let base = folder(&["disk/1.csv"]);
    symlink(base.path().join("disk"), base.path().join("raw")).unwrap();
    assert_eq!(names(&source("raw/*.csv"), base.path()).await, ["raw/1.csv"]);
}

#[tokio::test]
async fn a_circle_of_links_is_refused() {
    let base = folder(&["raw/a/1.csv", "raw/b/1.csv"]);
    let at = |path: &str| base.path().join(path);
    symlink(at("raw"), at("raw/a/again")).unwrap();
    let error = refused(&source("raw/**/*.csv"), base.path()).await;
    assert_eq!(error, "`BASE/raw/a/again` is a link to a folder that it lies in");
    std::fs::remove_file(at("raw/a/again")).unwrap();

    // Through one another.
    symlink(at("raw/b"), at("raw/a/b")).unwrap();
    symlink(at("raw/a"), at("raw/b/a")).unwrap();
    let error = refused(&source("raw/**/*.csv"), base.path()).await;
    assert!(error.ends_with("is a link to a folder that it lies in"), "{error}");
}

#[tokio::test]
async fn a_link_to_nothing_is_a_lost_file_only_where_it_is_named_like_one() {
    let base = folder(&["raw/1.csv"]);
    symlink(base.path().join("gone"), base.path().join("raw/notes.txt")).unwrap();
    assert_eq!(names(&source("raw/*.csv"), base.path()).await, ["raw/1.csv"]);
    symlink(base.path().join("gone"), base.path().join("raw/2.csv")).unwrap();
    let error = refused(&source("raw/*.csv"), base.path()).await;
    assert_eq!(error, "`BASE/raw/2.csv` is a link to a file that is not there");
}

#[test]
fn check_refuses_what_no_store_understands_and_reads_nothing() {
    for (location, told) in [
        ("ftp://host/orders/*.csv", "locations starting with `ftp://` are not supported"),
        ("raw/../../etc/*.csv", "it must not contain `..`"),
        ("file:///raw/%2e%2e/etc/*.csv", "it must not contain `..`"),
        ("s3://bucket/a/../../b/*.csv", "it must not contain `..`"),
        ("s3://buck*/a.csv", "the name of the bucket has to be written out"),
        ("https://host/orders/*.csv", "web servers do not list their files"),
        ("az://raw@evil.example.org/a.csv", "its host is not Azure's"),
    ] {
        let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", location);
        let ended = shop.patronage(&["check", PIPELINE]);
        assert_eq!(ended.code, 2, "{location}: {ended:?}");
        let at = format!("{PIPELINE}:7:15");
        for part in ["error[location]", told, &at, "^^^", "help:"] {
            assert!(ended.stderr.contains(part), "{location}: {part}\n{}", ended.stderr);
        }
    }
}

#[test]
fn check_refuses_a_warehouse_on_a_web_server() {
    let place = Playground::new().core().with("WAREHOUSE", "https://host/warehouse");
    let ended = place.run("check pipelines/nightly.yaml");
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("nothing is written to web servers"), "{}", ended.stderr);
}

#[tokio::test]
async fn braces_name_the_files_of_a_web_server_and_each_has_to_be_there() {
    let web = Web::with(Skills::ALL, &[("raw/1.csv", b"id\n1\n"), ("raw/2.csv", b"id\n2\n3\n")]);
    let base = Path::new("/");
    let both = source(&web.url("raw/{1,2}.csv"));
    assert_eq!(count(&both, base).await.unwrap(), 3);
    assert_eq!(names(&both, base).await, ["raw/1.csv", "raw/2.csv"]);

    let three = source(&web.url("raw/{1,2,3}.csv"));
    let error = inventory(&three, base).await.unwrap_err().to_string();
    assert!(error.contains("raw/3.csv`; the server has no such file"), "{error}");
    let three = SourcePlan { optional: true, ..three };
    assert_eq!(count(&three, base).await.unwrap(), 3);

    let error = inventory(&source(&web.url("raw/{1,2.csv")), base).await.unwrap_err();
    assert!(matches!(error, ReadError::Pattern { .. }), "{error}");
}
