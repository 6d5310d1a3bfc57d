//! What reading and publishing need from a store, each as a separate check.
//!
//! Stores differ in what is not tested here: the order of listings, whether removing a missing
//! object is an error, attributes, conditional replacement.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectStore, ObjectStoreExt, PutMode};
use patronage::store::Location;
use tokio::io::AsyncWriteExt;

/// Makes every check at a place where nothing is.
pub(super) async fn holds(place: &Location) {
    what_was_put_is_there(place).await;
    nothing_is_where_nothing_was_put(place).await;
    an_object_can_be_empty(place).await;
    hive_folders_keep_their_names(place).await;
    a_name_is_taken_once(place).await;
    of_many_at_once_one_takes_a_name(place).await;
    a_copy_is_the_same(place).await;
    a_copy_can_spare_what_is_there(place).await;
    what_was_removed_is_gone(place).await;
    parts_are_handed_out(place).await;
    an_object_that_changed_is_not_handed_out(place).await;
    large_objects_are_written_in_parts(place).await;
    listings_are_complete(place).await;
}

fn at(place: &Location, below: &str) -> Path {
    Path::parse(format!("{}/{below}", place.path)).unwrap()
}

async fn put(place: &Location, below: &str, bytes: &'static [u8]) -> Path {
    let path = at(place, below);
    place.store.put(&path, Bytes::from_static(bytes).into()).await.unwrap();
    path
}

async fn get(place: &Location, path: &Path) -> Bytes {
    place.store.get(path).await.unwrap().bytes().await.unwrap()
}

async fn listed(place: &Location, below: &str) -> Vec<String> {
    let folder = at(place, below);
    let listed: Vec<_> = place.store.list(Some(&folder)).try_collect().await.unwrap();
    let mut names: Vec<String> = listed
        .iter()
        .map(|meta| meta.location.as_ref()[folder.as_ref().len() + 1..].to_owned())
        .collect();
    names.sort();
    names
}

async fn what_was_put_is_there(place: &Location) {
    let path = put(place, "put/a.txt", b"first").await;
    put(place, "put/a.txt", b"second").await;
    assert_eq!(get(place, &path).await, "second");
    let meta = place.store.head(&path).await.unwrap();
    assert_eq!((meta.size, &meta.location), (6, &path));
    let age = chrono::Utc::now() - meta.last_modified;
    assert!(age.num_seconds().abs() < 60, "{age}");
}

async fn nothing_is_where_nothing_was_put(place: &Location) {
    let path = at(place, "nowhere/a.txt");
    assert!(matches!(place.store.get(&path).await, Err(Error::NotFound { .. })));
    assert!(matches!(place.store.head(&path).await, Err(Error::NotFound { .. })));
    assert_eq!(listed(place, "nowhere").await, [""; 0]);
}

async fn an_object_can_be_empty(place: &Location) {
    let path = put(place, "empty/a.txt", b"").await;
    assert_eq!(place.store.head(&path).await.unwrap().size, 0);
    assert_eq!(get(place, &path).await, "");
    assert_eq!(listed(place, "empty").await, ["a.txt"]);
}

async fn hive_folders_keep_their_names(place: &Location) {
    let name = "region=S%C3%A3o%20Paulo/period=2024-01-01/part #1 & 100%25.csv";
    let path = put(place, &format!("hive/{name}"), b"x").await;
    assert_eq!(listed(place, "hive").await, [name]);
    assert_eq!(get(place, &path).await, "x");
    let below = place.store.list_with_delimiter(Some(&at(place, "hive"))).await.unwrap();
    assert_eq!(below.common_prefixes, [at(place, "hive/region=S%C3%A3o%20Paulo")]);
    assert!(below.objects.is_empty());
    let name = "region=São%20Paulo 🙂/period=中文/part-00000.parquet";
    let path = put(place, &format!("letters/{name}"), b"y").await;
    let copy = at(place, &format!("letters/copy of {name}"));
    place.store.copy(&path, &copy).await.unwrap();
    assert_eq!(listed(place, "letters").await, [format!("copy of {name}"), name.to_owned()]);
    assert_eq!(get(place, &copy).await, "y");
}

async fn a_name_is_taken_once(place: &Location) {
    let path = at(place, "once/a.txt");
    let create = |text: &'static str| {
        place.store.put_opts(
            &path,
            Bytes::from_static(text.as_bytes()).into(),
            PutMode::Create.into(),
        )
    };
    create("first").await.unwrap();
    let again = create("second").await.unwrap_err();
    let refused = matches!(again, Error::AlreadyExists { .. } | Error::Precondition { .. });
    assert!(refused, "{again}");
    assert_eq!(get(place, &path).await, "first");
}

async fn of_many_at_once_one_takes_a_name(place: &Location) {
    let path = at(place, "race/a.txt");
    let runners = stream::iter(0..16).map(|runner| {
        let (store, path) = (place.store.clone(), path.clone());
        let bytes = Bytes::from(format!("runner {runner}"));
        async move {
            let put = store.put_opts(&path, bytes.clone().into(), PutMode::Create.into()).await;
            put.is_ok().then_some(bytes)
        }
    });
    let winners: Vec<Bytes> =
        runners.buffer_unordered(16).filter_map(|winner| async { winner }).collect().await;
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(get(place, &path).await, winners[0]);
}

async fn a_copy_is_the_same(place: &Location) {
    let from = put(place, "copy/from part.txt", b"copied").await;
    let to = put(place, "copy/to.txt", b"in the way").await;
    place.store.copy(&from, &to).await.unwrap();
    assert_eq!(
        (get(place, &from).await, get(place, &to).await),
        ("copied".into(), "copied".into())
    );
}

async fn a_copy_can_spare_what_is_there(place: &Location) {
    let from = put(place, "spare/from.txt", b"copied").await;
    let to = put(place, "spare/to.txt", b"there").await;
    let copied = place.store.copy_if_not_exists(&from, &to).await;
    assert!(matches!(copied, Err(Error::AlreadyExists { .. })), "{copied:?}");
    assert_eq!(get(place, &to).await, "there");
}

async fn what_was_removed_is_gone(place: &Location) {
    let path = put(place, "remove/a.txt", b"x").await;
    place.store.delete(&path).await.unwrap();
    assert!(matches!(place.store.head(&path).await, Err(Error::NotFound { .. })));
    let again = place.store.delete(&path).await;
    assert!(matches!(again, Ok(()) | Err(Error::NotFound { .. })), "{again:?}");
}

async fn parts_are_handed_out(place: &Location) {
    let path = put(place, "parts/a.txt", b"0123456789").await;
    assert_eq!(place.store.get_range(&path, 2..5).await.unwrap(), "234");
    assert_eq!(place.store.get_range(&path, 9..10).await.unwrap(), "9");
    let parts = place.store.get_ranges(&path, &[0..1, 4..6]).await.unwrap();
    assert_eq!(parts, ["0", "45"]);
}

async fn an_object_that_changed_is_not_handed_out(place: &Location) {
    let path = put(place, "tags/a.txt", b"as listed").await;
    let folder = at(place, "tags");
    let listed: Vec<_> = place.store.list(Some(&folder)).try_collect().await.unwrap();
    let as_listed = || GetOptions {
        if_match: listed[0].e_tag.clone(),
        range: Some((0..2).into()),
        ..GetOptions::default()
    };
    assert!(listed[0].e_tag.is_some());
    let found = place.store.get_opts(&path, as_listed()).await.unwrap();
    assert_eq!(found.bytes().await.unwrap(), "as");
    put(place, "tags/a.txt", b"and changed").await;
    let changed = place.store.get_opts(&path, as_listed()).await;
    assert!(matches!(changed, Err(Error::Precondition { .. })), "{changed:?}");
}

async fn large_objects_are_written_in_parts(place: &Location) {
    let path = at(place, "large/a.bin");
    let piece: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    let mut writer = BufWriter::with_capacity(place.store.clone(), path.clone(), 5 << 20);
    for _ in 0..12 {
        writer.write_all(&piece).await.unwrap();
    }
    assert!(
        matches!(place.store.head(&path).await, Err(Error::NotFound { .. })),
        "shown too early"
    );
    writer.shutdown().await.unwrap();
    assert_eq!(get(place, &path).await, piece.repeat(12));

    let aborted = at(place, "large/b.bin");
    let mut writer = BufWriter::with_capacity(place.store.clone(), aborted.clone(), 5 << 20);
    writer.write_all(&piece.repeat(6)).await.unwrap();
    writer.abort().await.unwrap();
    assert!(matches!(place.store.head(&aborted).await, Err(Error::NotFound { .. })));
}

async fn listings_are_complete(place: &Location) {
    let names: BTreeSet<String> =
        (0..1100).map(|n| format!("day={:02}/{n:04}.csv", n % 3)).collect();
    let puts = stream::iter(&names).map(|name| async move {
        put(place, &format!("many/{name}"), b"x").await;
    });
    puts.buffer_unordered(16).collect::<()>().await;
    assert_eq!(listed(place, "many").await, names.iter().cloned().collect::<Vec<_>>());

    let after = at(place, "many/day=01/0997.csv");
    let rest = place.store.list_with_offset(Some(&at(place, "many")), &after);
    let rest: Vec<_> = rest.try_collect().await.unwrap();
    let expected = names.iter().filter(|name| name.as_str() > "day=01/0997.csv").count();
    assert_eq!(rest.len(), expected);

    let below = place.store.list_with_delimiter(Some(&at(place, "many"))).await.unwrap();
    assert_eq!((below.common_prefixes.len(), below.objects.len()), (3, 0));

    let paths = names.iter().map(|name| Ok(at(place, &format!("many/{name}"))));
    let paths: Vec<_> = paths.collect();
    let removed = place.store.delete_stream(stream::iter(paths).boxed());
    assert_eq!(removed.try_collect::<Vec<_>>().await.unwrap().len(), names.len());
    assert_eq!(listed(place, "many").await, [""; 0]);
}
