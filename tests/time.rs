//! Whatever the zone and however clocks change: newest-wins, as-of and history are those of the
//! instants, worked out here with plain numbers of seconds in UTC.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::dataframe::DataFrame;
use patronage::declare::{Format, Missing, Superseded};
use patronage::diagnostic::SourceFile;
use patronage::plan::versions;
use patronage::plan::{Bindings, HistoryPlan, Origin, Query, SourceField, SourcePlan, Versions};
use patronage::publish::{Folder, Target};
use patronage::read::{Corrections, Spool, inventory, table};
use patronage::session::{Resources, for_planning, runtime};
use patronage::store;
use patronage::transform::Build;
use proptest::prelude::*;
use tempfile::TempDir;

mod run;

/// What a file says: a thing, when, and its state.
#[derive(Debug, Clone)]
struct Row {
    thing: u8,
    at: i64,
    state: u8,
    /// Whether the time is written with the offset of the zone instead of that of UTC.
    local: bool,
}

/// Of each thing the second of its newest row, and the state.
type Newest = BTreeMap<u8, (i64, u8)>;
/// Thing, state, since when and until when.
type Version = (u8, u8, i64, Option<i64>);

/// The seconds at which the clocks of a zone change within a year.
fn changes(zone: Tz, year: i32) -> Vec<i64> {
    let start = Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap().timestamp();
    let offset = |second: i64| {
        let utc = DateTime::from_timestamp(second, 0).unwrap().naive_utc();
        zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
    };
    let quarters = (0..366 * 96).map(|quarter| start + quarter * 900);
    quarters.filter(|second| offset(*second) != offset(*second - 900)).collect()
}

/// A zone, a second at which its clocks change if they do, and rows around it.
fn any_case() -> impl Strategy<Value = (Tz, i64, Vec<Row>)> {
    let place = (0..TZ_VARIANTS.len(), 1960..2035_i32, any::<prop::sample::Index>());
    let place = place.prop_map(|(zone, year, which)| {
        let zone = TZ_VARIANTS[zone];
        let changes = changes(zone, year);
        let quiet = Utc.with_ymd_and_hms(year, 6, 15, 12, 0, 0).unwrap().timestamp();
        (zone, if changes.is_empty() { quiet } else { changes[which.index(changes.len())] })
    });
    place.prop_flat_map(|(zone, change)| {
        let row = (0..3_u8, -7_200..7_200_i64, 0..3_u8, any::<bool>());
        let row = row.prop_map(move |(thing, after, state, local)| Row {
            thing,
            at: change + after,
            state,
            local,
        });
        let rows = proptest::collection::vec(row, 1..16);
        (Just(zone), -7_200..7_200_i64, rows)
            .prop_map(move |(zone, after, rows)| (zone, change + after, rows))
    })
}

/// A time as files write it; offsets with seconds have no way to be written.
fn written(row: &Row, zone: Tz) -> String {
    let utc = DateTime::from_timestamp(row.at, 0).unwrap();
    let local = utc.with_timezone(&zone).fixed_offset();
    let offset: FixedOffset = *local.offset();
    let local = row.local && offset.local_minus_utc() % 60 == 0;
    if local { utc.with_timezone(&offset).to_rfc3339() } else { utc.to_rfc3339() }
}

fn source(zone: Tz) -> SourcePlan {
    let field = |(name, kind): (&str, &str)| SourceField {
        required: true,
        ..SourceField::new(name, kind.parse().unwrap(), zone)
    };
    let columns = [("thing", "int64"), ("at", "timestamp"), ("state", "int64")];
    let columns = columns.into_iter().map(field).collect();
    let plan = SourcePlan::new("raw", "raw.csv", Format::Csv, columns);
    SourcePlan {
        time_zone: zone,
        event_time: Some("at".into()),
        versions: Some(Versions {
            key: vec!["thing".into()],
            version: vec!["at".into()],
            deleted: None,
            superseded: Superseded::default(),
        }),
        ..plan
    }
}

fn write(folder: &Path, zone: Tz, rows: &[Row]) {
    let mut text = "thing,at,state\n".to_owned();
    for row in rows {
        writeln!(text, "{},{},{}", row.thing, written(row, zone), row.state).unwrap();
    }
    std::fs::write(folder.join("raw.csv"), text).unwrap();
}

/// The rows before as-of, and the last of them in time and then in the file.
fn expected_newest(rows: &[Row], as_of: i64) -> Newest {
    let mut newest = Newest::new();
    for row in rows.iter().filter(|row| row.at < as_of) {
        let best = newest.entry(row.thing).or_insert((row.at, row.state));
        if row.at >= best.0 {
            *best = (row.at, row.state);
        }
    }
    newest
}

/// The states of things that have one at each second.
fn expected_history(rows: &[Row], as_of: i64) -> Vec<Version> {
    let mut history: Vec<Version> = Vec::new();
    for row in rows.iter().filter(|row| row.at < as_of) {
        match history.last_mut() {
            Some((thing, state, _, _)) if (*thing, *state) == (row.thing, row.state) => continue,
            Some((thing, _, _, until)) if *thing == row.thing => *until = Some(row.at),
            _ => {}
        }
        history.push((row.thing, row.state, row.at, None));
    }
    history
}

async fn found_newest(folder: &Path, zone: Tz, as_of: i64) -> (Newest, u64) {
    let resources = Resources { memory: 256 << 20, partitions: 2, hash_join: true, zone };
    let build = Build::new(resources, runtime(256 << 20).unwrap(), Box::new(|_| ()));
    let place = store::open("scratch", folder).unwrap();
    build.register_store(&place);
    let source = source(zone);
    let files = inventory(&source, folder).await.unwrap();
    let as_of = DateTime::from_timestamp(as_of, 0).unwrap().with_timezone(&zone);
    let (raw, mut reports) =
        table(&source, files, as_of, Corrections::default(), Spool::none()).unwrap();
    build.register("raw", raw).unwrap();
    let target = |step: &str| Target::scratch(Folder::of(&place).join(step));
    let versions = source.versions.as_ref().unwrap();
    build.keep_latest(&source, versions, &target, true).await.unwrap();
    let sql = "select thing, cast(date_part('epoch', at) as bigint), state from raw";
    let file = Arc::new(SourceFile::new("newest.sql", sql));
    let query = Query::parse(Origin::Text(file, 0), sql).unwrap();
    let batches = build.query(&query, &Bindings::new(), None).await.unwrap();
    let rows = batches.iter().flat_map(|batch| {
        (0..batch.num_rows()).map(|row| {
            let number = |at: usize| number(batch, at, row);
            (small(number(0)), (number(1), small(number(2))))
        })
    });
    (rows.collect(), reports.summary().after_as_of)
}

async fn found_history(folder: &Path, zone: Tz, as_of: i64) -> Vec<Version> {
    let session = for_planning(zone).unwrap();
    let source = source(zone);
    let files = inventory(&source, folder).await.unwrap();
    let as_of = DateTime::from_timestamp(as_of, 0).unwrap().with_timezone(&zone);
    let (raw, _) = table(&source, files, as_of, Corrections::default(), Spool::none()).unwrap();
    let rows = session.read_table(raw).unwrap().into_unoptimized_plan();
    let (key, track) = (vec!["thing".to_owned()], vec!["state".to_owned()]);
    let plan = HistoryPlan { key, at: "at".into(), track, missing: Missing::Keep };
    let frame = DataFrame::new(session.state(), versions(&session.state(), rows, &plan).unwrap());
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let found = concat_batches(&schema, &frame.collect().await.unwrap()).unwrap();
    let version = |row: usize| {
        let seconds = |at: usize| number(&found, at, row) / 1_000_000;
        let until = found.column(3).is_valid(row).then(|| seconds(3));
        (small(number(&found, 0, row)), small(number(&found, 1, row)), seconds(2), until)
    };
    let mut history: Vec<Version> = (0..found.num_rows()).map(version).collect();
    history.sort_by_key(|(thing, _, from, _)| (*thing, *from));
    history
}

fn number(batch: &RecordBatch, column: usize, row: usize) -> i64 {
    let numbers = cast(batch.column(column), &DataType::Int64).unwrap();
    numbers.as_primitive::<Int64Type>().value(row)
}

fn small(number: i64) -> u8 {
    number.try_into().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn newest_wins_as_of_and_history_go_by_the_instant(
        (zone, as_of, rows) in any_case()
    ) {
        let tasks = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        let folder = TempDir::new().unwrap();
        write(folder.path(), zone, &rows);
        let (newest, after) = tasks.block_on(found_newest(folder.path(), zone, as_of));
        prop_assert_eq!(newest, expected_newest(&rows, as_of));
        let later = rows.iter().filter(|row| row.at >= as_of).count();
        prop_assert_eq!(after, later as u64);
        // Two states of a thing at one second contradict each other, which is another test's matter.
        let mut rows = rows;
        rows.sort_by_key(|row| (row.thing, row.at));
        rows.dedup_by_key(|row| (row.thing, row.at));
        write(folder.path(), zone, &rows);
        let history = tasks.block_on(found_history(folder.path(), zone, as_of));
        prop_assert_eq!(history, expected_history(&rows, as_of));
    }
}
