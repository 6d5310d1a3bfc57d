//! Files that change while they are read. Half of one version and half of another would be
//! data that never existed.

use std::io::Write;
use std::path::Path;

use datafusion::arrow::array::{RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;
use futures::TryStreamExt;
use patronage::plan::Exclude;
use patronage::read::{Inventory, ReadError};
use patronage::store::Location;

use super::reading::{count, rest, rows, source, start, stream};
use crate::support::google::Google;
use crate::support::remote::{DEMO, RUN};
use crate::support::web::{Skills, Web};

/// More than one request reads.
const LARGE: usize = 2_000_000;

fn is_changed(read: &Result<usize, ReadError>) -> bool {
    matches!(read, Err(ReadError::Changed { .. }))
}

/// Reads a large local file, which `change` meets when its first rows have been seen.
async fn read_while(
    name: &str,
    bytes: &[u8],
    change: impl FnOnce(&Path),
) -> Result<usize, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut reading = stream(&source(name), folder.path()).await.unwrap();
    assert!(reading.try_next().await.unwrap().is_some());
    change(&path);
    rest(reading).await
}

fn append(path: &Path, bytes: &[u8]) {
    std::fs::OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

fn replace(path: &Path, bytes: &[u8]) {
    let aside = path.with_extension("aside");
    std::fs::write(&aside, bytes).unwrap();
    std::fs::rename(aside, path).unwrap();
}

#[tokio::test]
async fn a_local_file_that_stays_as_it_is_is_read_to_its_end() {
    let read = read_while("a.csv", &rows(LARGE), |_| {}).await;
    assert!(read.is_ok_and(|rest| rest > LARGE - 10_000));
}

#[tokio::test]
async fn a_local_file_that_grows_is_noticed() {
    let read = read_while("a.csv", &rows(LARGE), |path| append(path, b"x\n")).await;
    assert!(is_changed(&read), "{read:?}");
}

#[tokio::test]
async fn a_local_file_that_is_replaced_by_one_of_the_same_size_is_noticed() {
    let read = read_while("a.csv", &rows(LARGE), |path| replace(path, &rows(LARGE))).await;
    assert!(is_changed(&read), "{read:?}");
}

#[tokio::test]
async fn a_local_file_that_vanishes_is_noticed() {
    let read = read_while("a.csv", &rows(LARGE), |path| std::fs::remove_file(path).unwrap()).await;
    assert!(is_changed(&read), "{read:?}");
}

#[tokio::test]
async fn a_packed_local_file_that_grows_is_noticed() {
    let packed = |rows: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        gzip.write_all(rows).unwrap();
        gzip.finish().unwrap()
    };
    let whole = packed(&rows(LARGE));
    let read = read_while("a.csv.gz", &whole, |path| append(path, &packed(b"x\n"))).await;
    assert!(is_changed(&read), "{read:?}");
}

#[tokio::test]
async fn a_local_parquet_file_that_is_replaced_is_noticed() {
    let parquet = |rows: usize| {
        let values: Vec<String> = (0..rows).map(|row| format!("{row:09}")).collect();
        let values: datafusion::arrow::array::ArrayRef =
            std::sync::Arc::new(StringArray::from(values));
        let batch = RecordBatch::try_from_iter([("id", values)]).unwrap();
        let groups = datafusion::parquet::file::properties::WriterProperties::builder()
            .set_max_row_group_row_count(Some(50_000))
            .build();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(groups)).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    };
    let whole = parquet(400_000);
    let read = read_while("a.parquet", &whole, |path| replace(path, &whole)).await;
    assert!(is_changed(&read), "{read:?}");
}

#[tokio::test]
async fn an_object_that_changes_between_two_parts_is_noticed() {
    let google = Google::start();
    let name = Google::name("a.csv");
    google.shelf.put(&name, rows(LARGE), None);
    assert_eq!(remote(&google.place("a.csv")).await, Ok(LARGE));
    google.shelf.change_while_read(&name, rows(LARGE));
    let read = remote(&google.place("a.csv")).await;
    assert_eq!(read, Err("`a.csv` changed while it was being read".to_owned()));
}

/// How many rows a text file in a store has.
async fn remote(place: &Location) -> Result<usize, String> {
    let found = Inventory::list(place, None, &Exclude::default(), Path::new("/")).await.unwrap();
    let rows = start(&source("a.csv"), found).await.unwrap();
    rest(rows).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_file_of_a_web_server_that_changes_between_two_parts_is_noticed() {
    let tagless = Skills { tags: false, ..Skills::ALL };
    let careless = Skills { conditions: false, ..Skills::ALL };
    for skills in [Skills::ALL, careless, tagless] {
        let web = Web::with(skills, &[("a.csv", &rows(LARGE))]);
        let source = source(&web.url("a.csv"));
        assert_eq!(count(&source, Path::new("/")).await.unwrap(), LARGE, "{skills:?}");
        web.shelf.change_while_read("a.csv", rows(LARGE + 1));
        let read = count(&source, Path::new("/")).await;
        assert!(is_changed(&read), "{skills:?}: {read:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_fetched_whole_is_the_one_that_was_listed() {
    let web = Web::with(Skills::NONE, &[("a.csv", &rows(LARGE))]);
    let source = source(&web.url("a.csv"));
    let mut reading = stream(&source, Path::new("/")).await.unwrap();
    assert!(reading.try_next().await.unwrap().is_some());
    web.shelf.put("a.csv", rows(5), None);
    // What was fetched does not change any more.
    assert!(rest(reading).await.is_ok_and(|rest| rest > LARGE - 10_000));

    let reading = stream(&source, Path::new("/")).await.unwrap();
    web.shelf.put("a.csv", rows(6), None);
    let read = rest(reading).await;
    assert!(is_changed(&read), "{read:?}");
}

#[test]
fn a_run_that_meets_a_change_publishes_nothing_and_asks_to_be_run_again() {
    let google = Google::start();
    let place = google.playground();
    place.does(&format!("demo {DEMO} --out {}", Google::url("raw")));
    let name = Google::name("raw/customers/customers.parquet");
    let whole = google.shelf.get(&name).expect("the demo's customers").bytes;
    google.shelf.change_while_read(&name, whole);
    let ended = place.run(RUN);
    assert_eq!(ended.code, 75, "{ended:?}");
    assert!(ended.stderr.contains("changed while it was being read"), "{}", ended.stderr);
    assert!(google.shelf.below(&Google::name("warehouse/dim_")).is_empty());
    place.does(RUN);
}
