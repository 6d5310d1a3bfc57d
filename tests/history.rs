//! A table that keeps history is a function of its rows, not of their order or time of arrival.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int32Array, RecordBatch, StringArray,
};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{Date32Type, Int32Type};
use datafusion::dataframe::DataFrame;
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use patronage::declare::Missing;
use patronage::plan::HistoryPlan;
use patronage::plan::versions;
use proptest::prelude::*;

mod run;

/// What is known of a thing.
type Known = (Option<i32>, bool);
/// Rows by thing and day; a thing has at most one a day.
type Rows = BTreeMap<(i32, i32), Known>;

/// A thing on a day, and what is known of it.
type Row = ((i32, i32), Known);
/// Rows as they arrive.
type Parts = Vec<Vec<Row>>;

/// A version: thing, what was known, from and until when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    thing: i32,
    from: i32,
    until: Option<i32>,
    known: Known,
    is_current: bool,
}

fn batch(rows: &[Row]) -> RecordBatch {
    let number = |value: fn(&Row) -> i32| rows.iter().map(value);
    let columns: [(&str, ArrayRef); 5] = [
        ("Thing", Arc::new(Int32Array::from_iter_values(number(|row| row.0.0)))),
        (
            "noise",
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| format!("{row:?}")))),
        ),
        ("day", Arc::new(Date32Array::from_iter_values(number(|row| row.0.1)))),
        ("grade", Arc::new(rows.iter().map(|row| row.1.0).collect::<Int32Array>())),
        ("member", Arc::new(rows.iter().map(|row| Some(row.1.1)).collect::<BooleanArray>())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, values)| (name, values, true)))
        .unwrap()
}

fn history(parts: &[Vec<Row>], missing: Missing) -> Vec<Version> {
    let tasks = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    tasks.block_on(async {
        let config = SessionConfig::new().with_target_partitions(3).with_batch_size(2);
        let session = SessionContext::new_with_config(config);
        let parts: Vec<Vec<RecordBatch>> = parts.iter().map(|part| vec![batch(part)]).collect();
        let table = Arc::new(MemTable::try_new(batch(&[]).schema(), parts).unwrap());
        let rows = session.read_table(table).unwrap().into_unoptimized_plan();
        let text = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let (key, track) = (text(&["Thing"]), text(&["grade", "member"]));
        let plan = HistoryPlan { key, at: "day".into(), track, missing };
        let versions = versions(&session.state(), rows, &plan).unwrap();
        let frame = DataFrame::new(session.state(), versions);
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
        assert_eq!(names, ["Thing", "grade", "member", "valid_from", "valid_to", "is_current"]);
        let found = concat_batches(&schema, &frame.collect().await.unwrap()).unwrap();
        read(&found)
    })
}

fn read(found: &RecordBatch) -> Vec<Version> {
    let number = |at: usize, row: usize| found.column(at).as_primitive::<Int32Type>().value(row);
    let day = |at: usize, row: usize| found.column(at).as_primitive::<Date32Type>().value(row);
    let some = |at: usize, row: usize| found.column(at).is_valid(row).then_some(());
    let version = |row: usize| Version {
        thing: number(0, row),
        from: day(3, row),
        until: some(4, row).map(|()| day(4, row)),
        known: (some(1, row).map(|()| number(1, row)), found.column(2).as_boolean().value(row)),
        is_current: found.column(5).as_boolean().value(row),
    };
    let mut versions: Vec<Version> = (0..found.num_rows()).map(version).collect();
    versions.sort();
    versions
}

/// What the rows until a day say of it.
fn known_on(rows: &Rows, day: i32, missing: Missing) -> BTreeMap<i32, Known> {
    let until: Vec<_> = rows.iter().filter(|((_, at), _)| *at <= day).collect();
    let last = until.iter().map(|((_, at), _)| *at).max();
    let mut known = BTreeMap::new();
    for ((thing, at), what) in until {
        if missing == Missing::Keep || Some(*at) == last {
            known.insert(*thing, *what);
        }
    }
    known
}

/// What a history says of a day.
fn said_of(history: &[Version], day: i32) -> BTreeMap<i32, Known> {
    let on =
        |version: &&Version| version.from <= day && version.until.is_none_or(|until| day < until);
    history.iter().filter(on).map(|version| (version.thing, version.known)).collect()
}

fn any_rows() -> impl Strategy<Value = Rows> {
    let known = (proptest::option::of(0..2_i32), any::<bool>());
    proptest::collection::btree_map((0..3_i32, 0..7_i32), known, 0..18)
}

/// The rows in another order, some of them twice, in several parts.
fn arrivals(rows: Rows) -> impl Strategy<Value = (Rows, Parts)> {
    let all: Vec<_> = rows.clone().into_iter().collect();
    let twice = proptest::sample::subsequence(all.clone(), 0..=all.len());
    let parts = (twice, 1..4_usize).prop_flat_map(move |(twice, parts)| {
        let every: Vec<_> = all.iter().copied().chain(twice).collect();
        (Just(every).prop_shuffle(), Just(parts))
    });
    parts.prop_map(move |(every, parts)| {
        let mut split = vec![Vec::new(); parts];
        for (at, row) in every.into_iter().enumerate() {
            split[at % parts].push(row);
        }
        (rows.clone(), split)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn a_history_says_of_every_day_what_was_known_then_in_whatever_order_it_came(
        (rows, parts) in any_rows().prop_flat_map(arrivals),
        missing in prop_oneof![Just(Missing::Keep), Just(Missing::Close)],
    ) {
        let found = history(&parts, missing);
        let in_order = vec![rows.clone().into_iter().collect::<Vec<_>>()];
        prop_assert_eq!(&found, &history(&in_order, missing));
        for day in 0..8 {
            prop_assert_eq!(said_of(&found, day), known_on(&rows, day, missing), "day {}", day);
        }
        for pair in found.windows(2).filter(|pair| pair[0].thing == pair[1].thing) {
            let ended = pair[0].until.unwrap();
            prop_assert!(pair[0].from < ended && ended <= pair[1].from, "{:?}", pair);
            prop_assert!(ended < pair[1].from || pair[0].known != pair[1].known, "{:?}", pair);
        }
        prop_assert!(found.iter().all(|version| version.is_current == version.until.is_none()));
    }

    #[test]
    fn replaying_the_days_gives_what_the_history_says_of_each(
        rows in any_rows(),
        missing in prop_oneof![Just(Missing::Keep), Just(Missing::Close)],
    ) {
        let all: Vec<_> = rows.into_iter().collect();
        let whole = history(std::slice::from_ref(&all), missing);
        for day in 0..7 {
            let until: Vec<_> = all.iter().copied().filter(|((_, at), _)| *at <= day).collect();
            let replayed = history(&[until], missing);
            let current = replayed.iter().filter(|version| version.is_current);
            let current: BTreeMap<i32, Known> =
                current.map(|version| (version.thing, version.known)).collect();
            prop_assert_eq!(current, said_of(&whole, day), "day {}", day);
        }
    }
}

#[test]
fn rows_that_contradict_each_other_are_both_there_for_the_check_to_find() {
    for missing in [Missing::Keep, Missing::Close] {
        let known = (Some(1), true);
        let rows = [((1, 0), known), ((1, 3), known), ((1, 3), (None, true)), ((1, 5), known)];
        let found = history(&[rows.to_vec()], missing);
        assert_eq!(found.iter().filter(|version| version.from == 3).count(), 2, "{found:?}");
    }
}
