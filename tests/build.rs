//! Stages become files: the same bytes however they are worked out, laid out as readers expect.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path as LocalPath;
use std::sync::{Arc, Mutex, OnceLock};

use datafusion::arrow::array::{
    ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    StringViewArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type, Schema, SchemaRef};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::metadata::RowGroupMetaData;
use datafusion::physical_plan::collect;
use datafusion::physical_planner::DefaultPhysicalPlanner;
use datafusion::prelude::{SessionConfig, SessionContext};
use object_store::memory::InMemory;
use object_store::path::Path;
use patronage::diagnostic::SourceFile;
use patronage::failure::FailureKind;
use patronage::plan::{Bindings, ColumnPlan, Layout, Origin, Query, Stage, schema};
use patronage::publish::{self, Encoding, Folder, StagedFile, Target, WriteExec, staged_files};
use patronage::run::Failure;
use patronage::session::{Resources, runtime};
use patronage::store::{self, Location};
use patronage::transform::{self, Again, Build};
use proptest::prelude::*;
use tempfile::TempDir;

fn column(name: &str, data_type: DataType) -> ColumnPlan {
    ColumnPlan::new(name, data_type)
}

fn in_memory() -> Location {
    Location {
        url: ObjectStoreUrl::parse("memory://files").expect("a URL"),
        store: Arc::new(InMemory::new()),
        path: Path::from("a/table"),
        local: None,
    }
}

fn on_disk(folder: &TempDir) -> Location {
    store::open("table", folder.path()).expect("a place")
}

fn target(place: &Location, partition_by: &[&str], sort_by: &[&str]) -> Target {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Target {
        folder: Folder::of(place),
        layout: publish::Layout {
            fixed: Vec::new(),
            in_files: true,
            partition_by: names(partition_by),
            sort_by: names(sort_by),
        },
        encoding: Encoding::Kept { description: Some("{}".into()) },
    }
}

/// How a machine works a table out.
struct Machine {
    partitions: usize,
    batch_size: usize,
    file_bytes: usize,
}

impl Machine {
    async fn writes(
        &self,
        rows: Vec<Vec<RecordBatch>>,
        place: &Location,
        target: &Target,
    ) -> Vec<StagedFile> {
        let schema = rows[0][0].schema();
        let config = SessionConfig::new()
            .with_target_partitions(self.partitions)
            .with_batch_size(self.batch_size);
        let session = SessionContext::new_with_config(config);
        session.register_object_store(place.url.as_ref(), place.store.clone());
        let table = MemTable::try_new(schema.clone(), rows).expect("a table");
        let frame = session.read_table(Arc::new(table)).expect("a frame");
        let input = frame.create_physical_plan().await.expect("a plan");
        let write = WriteExec::new(input, target.clone(), schema).with_file_bytes(self.file_bytes);
        let state = session.state();
        let plan = DefaultPhysicalPlanner::default()
            .optimize_physical_plan(Arc::new(write), &state, |_, _| {})
            .expect("an optimised plan");
        let manifest = collect(plan, state.task_ctx()).await.expect("files");
        let mut files: Vec<StagedFile> =
            manifest.iter().flat_map(|batch| staged_files(batch).unwrap()).collect();
        files.sort();
        files
    }
}

/// `country` is unknown for seven ids in ten, `id` is the order.
fn sales(ids: &[i64]) -> RecordBatch {
    let countries = ["Österreich", "a/b", ""];
    let country = ids.iter().map(|id| countries.get(usize::try_from(id % 10).unwrap()));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(ids.iter().copied()))),
        ("country", Arc::new(country.collect::<StringViewArray>())),
        ("amount", Arc::new(Float64Array::from_iter_values(ids.iter().map(|id| *id as f64 / 7.0)))),
        ("note", Arc::new(StringArray::from_iter_values(ids.iter().map(|id| format!("{id:x}"))))),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, values)| (name, values, true)),
    )
    .expect("a batch")
}

const ROWS: i64 = 20_000;

fn files_of(machine: &Machine, rows: Vec<Vec<RecordBatch>>) -> Vec<StagedFile> {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
    let place = in_memory();
    runtime.block_on(machine.writes(rows, &place, &target(&place, &["country"], &["id"])))
}

/// Rows in order, in one task.
fn expected_files() -> &'static [StagedFile] {
    static FILES: OnceLock<Vec<StagedFile>> = OnceLock::new();
    FILES.get_or_init(|| {
        let machine = Machine { partitions: 1, batch_size: 8192, file_bytes: 60_000 };
        let files = files_of(&machine, vec![vec![sales(&(0..ROWS).collect::<Vec<_>>())]]);
        // The 14,000 rows without a country are cut after the slice that fills a file.
        assert_eq!(files.len(), 5);
        files
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn neither_tasks_nor_batches_nor_order_change_a_byte(
        step in prop_oneof![Just(1_i64), Just(-1), Just(7919), Just(6007)],
        cuts in proptest::collection::vec(1..9000_usize, 1..20),
        inputs in 1..5_usize,
        partitions in prop_oneof![Just(1_usize), Just(2), Just(3), Just(8)],
        batch_size in prop_oneof![Just(50_usize), Just(1000), Just(8192), Just(20_000)],
    ) {
        let ids: Vec<i64> = (0..ROWS).map(|at| (at * step).rem_euclid(ROWS)).collect();
        let mut rows = vec![vec![sales(&[])]; inputs];
        let mut rest = ids.as_slice();
        for (turn, cut) in cuts.iter().cycle().enumerate() {
            let (now, later) = rest.split_at((*cut).min(rest.len()));
            rows[turn % inputs].push(sales(now));
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        let found = files_of(&Machine { partitions, batch_size, file_bytes: 60_000 }, rows);
        prop_assert_eq!(found.as_slice(), expected_files());
    }
}

#[tokio::test]
async fn a_file_past_the_limit_is_followed_by_another_part() {
    let folder = tempfile::tempdir().unwrap();
    let place = on_disk(&folder);
    let target = target(&place, &[], &["id"]);
    let ids: Vec<i64> = (0..20_000).rev().collect();
    let machine = Machine { partitions: 2, batch_size: 8192, file_bytes: 1 };
    let files = machine.writes(vec![vec![sales(&ids)]], &place, &target).await;
    let parts: Vec<(&str, u64)> =
        files.iter().map(|file| (file.path.as_str(), file.rows)).collect();
    assert_eq!(
        parts,
        [("part-00000.parquet", 8192), ("part-00001.parquet", 8192), ("part-00002.parquet", 3616)]
    );
    let mut expected = 0..20_000_i64;
    for file in &files {
        let path = place.local.as_ref().unwrap().join(&file.path);
        assert_eq!(path.metadata().unwrap().len(), file.bytes);
        for id in column_of(&path, "id") {
            assert_eq!(Some(id), expected.next());
        }
    }
    assert_eq!(expected.next(), None);
}

#[tokio::test]
async fn a_row_group_has_at_most_a_million_rows() {
    let folder = tempfile::tempdir().unwrap();
    let place = on_disk(&folder);
    let rows = 1_100_000;
    let batch = RecordBatch::try_from_iter([(
        "id",
        Arc::new(Int64Array::from_iter_values(0..rows)) as ArrayRef,
    )]);
    let machine = Machine { partitions: 2, batch_size: 8192, file_bytes: 1 << 30 };
    let target = target(&place, &[], &["id"]);
    let files = machine.writes(vec![vec![batch.unwrap()]], &place, &target).await;
    let reader = reader(&place.local.unwrap().join(&files[0].path));
    let groups: Vec<i64> =
        reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(groups, [1 << 20, rows - (1 << 20)]);
}

/// Partition values of a type, and how SQL shows them.
fn awkward_values() -> Vec<(DataType, ArrayRef)> {
    let long = "x".repeat(200);
    let texts = [
        Some(""),
        Some(" "),
        Some("a/b"),
        Some("50%"),
        Some("%2F"),
        Some("x=y"),
        Some("Größe ☂"),
        Some("."),
        Some(".."),
        Some("NULL"),
        Some("line\nbreak\t\"'\\#?&*:|<>"),
        Some(long.as_str()),
        None,
    ];
    let numbers = [Some(0), Some(-1), Some(i64::MIN), Some(i64::MAX), None];
    let days = [Some(0), Some(-1), Some(20_000), Some(-800_000), None];
    let small: ArrayRef = Arc::new(Int64Array::from(vec![Some(5), Some(-5), None]));
    vec![
        (DataType::Utf8View, Arc::new(StringViewArray::from_iter(texts))),
        (DataType::Utf8, Arc::new(StringArray::from_iter(texts))),
        (DataType::Int64, Arc::new(Int64Array::from_iter(numbers))),
        (DataType::Int32, cast(&small, &DataType::Int32).unwrap()),
        (DataType::Date32, Arc::new(Date32Array::from_iter(days))),
    ]
}

#[tokio::test]
async fn every_partition_value_reads_back_and_has_one_file_with_or_without_it() {
    let both = |it: (DataType, ArrayRef)| [(false, it.clone()), (true, it)];
    for (in_files, (data_type, values)) in awkward_values().into_iter().flat_map(both) {
        let folder = tempfile::tempdir().unwrap();
        for place in [in_memory(), on_disk(&folder)] {
            let count = values.len();
            let id: ArrayRef = Arc::new((0..).take(count).collect::<Int64Array>());
            let columns = [("id", id, true), ("value", values.clone(), true)];
            let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
            let columns = [column("id", DataType::Int64), column("value", data_type.clone())];
            let mut target = target(&place, &["value"], &["id"]);
            target.layout.in_files = in_files;
            let machine = Machine { partitions: 3, batch_size: 2, file_bytes: 1 << 30 };
            let files = machine.writes(vec![vec![batch.clone()]], &place, &target).await;
            assert_eq!(files.len(), count, "{files:?}");
            if let Some(local) = &place.local {
                for file in &files {
                    let mut reader = reader(&local.join(&file.path)).build().unwrap();
                    let row = reader.next().unwrap().unwrap();
                    let at = row.column(0).as_primitive::<Int64Type>().value(0);
                    let columns: &[ArrayRef] = match in_files {
                        true => &[values.slice(usize::try_from(at).unwrap(), 1)],
                        false => &[],
                    };
                    assert_eq!(&row.columns()[1..], columns);
                }
            }
            let table = transform::table(&target, files, &columns);
            let session = SessionContext::new();
            session.register_object_store(place.url.as_ref(), place.store.clone());
            session.register_table("t", Arc::new(table)).unwrap();
            let found = session.sql("select value, id from t order by id").await.unwrap();
            let found = found.collect().await.unwrap();
            let found = datafusion::arrow::compute::concat_batches(&found[0].schema(), &found);
            assert_eq!(found.unwrap().column(0), &values, "{data_type}");
            let unknown = session.sql("select count(*) from t where value is null").await.unwrap();
            let unknown = unknown.collect().await.unwrap();
            assert_eq!(array_value_to_string(unknown[0].column(0), 0).unwrap(), "1");
        }
    }
}

#[tokio::test]
async fn a_value_that_is_null_lies_where_hive_puts_it() {
    let place = in_memory();
    let machine = Machine { partitions: 2, batch_size: 8192, file_bytes: 1 << 30 };
    let target = target(&place, &["country"], &["id"]);
    let files = machine.writes(vec![vec![sales(&[0, 1, 2, 3])]], &place, &target).await;
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "country=/part-00000.parquet",
            "country=__HIVE_DEFAULT_PARTITION__/part-00000.parquet",
            "country=a%2Fb/part-00000.parquet",
            "country=Österreich/part-00000.parquet",
        ]
    );
}

fn query(sql: &str) -> Query {
    let file = SourceFile::new("test.sql", sql);
    Query::parse(Origin::Text(Arc::new(file), 0), sql).expect("a query")
}

fn published(sql: &str, columns: Vec<ColumnPlan>, layout: Layout) -> Stage {
    Stage {
        name: "sales".into(),
        path: "sql/sales.sql".into(),
        query: query(sql),
        inputs: Vec::new(),
        per_period: false,
        parameters: BTreeSet::new(),
        history: None,
        materialised: true,
        description: Some("What was sold.\n".into()),
        columns,
        key: vec!["id".into()],
        publish: Some(layout),
        checks: Vec::new(),
    }
}

fn layout(partition_by: &[&str], sort_by: &[&str]) -> Layout {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Layout { partition_by: names(partition_by), sort_by: names(sort_by) }
}

fn build(place: &Location, memory: usize, partitions: usize) -> Build<'static> {
    told_again(place, memory, partitions, Box::new(|_| ()))
}

fn told_again<'a>(
    place: &Location,
    memory: usize,
    partitions: usize,
    again: Again<'a>,
) -> Build<'a> {
    let resources = Resources { memory, partitions, hash_join: true, zone: chrono_tz::Tz::UTC };
    let build = Build::new(resources, runtime(memory).expect("a runtime"), again);
    build.register_store(place);
    build
}

#[tokio::test]
async fn a_file_says_what_its_columns_mean() {
    let folder = tempfile::tempdir().unwrap();
    let place = on_disk(&folder);
    let mut columns = vec![column("id", DataType::Int64), column("price", DataType::Float64)];
    columns[1].description = Some("What one costs.\n".into());
    columns[1].unit = Some("currency".into());
    let stage = published("select 1 as id, 2.5 as price", columns, layout(&[], &["id"]));
    let mut target = target(&place, &[], &["id"]);
    target.encoding = Encoding::Kept { description: Some("{\"table\":\"sales\"}".into()) };
    let build = build(&place, 1 << 30, 2);
    let files = build.write(&stage, &Bindings::default(), &target).await.unwrap();
    let reader = reader(&place.local.unwrap().join(&files[0].path));
    let price = reader.schema().field_with_name("price").unwrap();
    assert_eq!(price.metadata()["description"], "What one costs.");
    assert_eq!(price.metadata()["unit"], "currency");
    let metadata = reader.metadata().file_metadata();
    let said = metadata.key_value_metadata().unwrap();
    let said = said.iter().find(|said| said.key == "patronage.table").unwrap();
    assert_eq!(said.value.as_deref(), Some("{\"table\":\"sales\"}"));
    let group = reader.metadata().row_group(0);
    assert!(group.columns().iter().all(|column| {
        matches!(column.compression(), Compression::ZSTD(_)) && column.statistics().is_some()
    }));
}

#[tokio::test]
async fn a_table_without_rows_keeps_its_schema() {
    let columns = || {
        vec![
            column("id", DataType::Int64),
            column("country", DataType::Utf8View),
            column("amount", DataType::Decimal128(18, 2)),
        ]
    };
    let sql = "select 1 as id, 'AT' as country, cast(2 as decimal(18, 2)) as amount where false";
    let period = vec![("period".to_owned(), "2026-10-01".to_owned())];
    let layouts = [
        (vec![], &[][..], "part-00000.parquet"),
        (period.clone(), &[][..], "period=2026-10-01/part-00000.parquet"),
        (vec![], &["country"][..], "country=__HIVE_DEFAULT_PARTITION__/part-00000.parquet"),
        (
            period,
            &["country"][..],
            "period=2026-10-01/country=__HIVE_DEFAULT_PARTITION__/part-00000.parquet",
        ),
    ];
    let both = layouts.into_iter().flat_map(|layout| [(true, layout.clone()), (false, layout)]);
    for (in_files, (fixed, partition_by, path)) in both {
        let folder = tempfile::tempdir().unwrap();
        let place = on_disk(&folder);
        let mut target = target(&place, partition_by, &["id"]);
        target.layout.in_files = in_files;
        target.layout.fixed = fixed;
        let build = build(&place, 1 << 30, 2);
        let mut stage = published(sql, columns(), layout(partition_by, &["id"]));
        stage.per_period = !target.layout.fixed.is_empty();
        let files = build.write(&stage, &Bindings::default(), &target).await.unwrap();
        assert_eq!(files.len(), 1);
        assert_eq!((files[0].path.as_str(), files[0].rows), (path, 0));
        let reader = reader(&place.local.as_ref().unwrap().join(path));
        let mut stored = stage.reader_columns();
        let folders = target.layout.partition_columns();
        stored.retain(|column| in_files || !folders.contains(&column.name));
        // Readers take text from the names of folders as plain text.
        for column in stored.iter_mut().filter(|column| partition_by.contains(&&*column.name)) {
            column.data_type = DataType::Utf8;
        }
        assert_eq!(plain(reader.schema()), schema(&stored));
        assert_eq!(reader.metadata().file_metadata().num_rows(), 0);

        let session = SessionContext::new();
        session.register_object_store(place.url.as_ref(), place.store.clone());
        let table = transform::table(&target, files, &columns());
        let frame = session.read_table(Arc::new(table)).unwrap();
        assert_eq!(frame.count().await.unwrap(), 0);

        // Nobody but the run itself reads a stage that is not published.
        stage.publish = None;
        let scratch = Target { encoding: Encoding::Scratch, ..target };
        let files = build.write(&stage, &Bindings::default(), &scratch).await.unwrap();
        assert_eq!(files, []);
    }
}

/// A schema without what it says about its columns.
fn plain(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter();
    let fields: Vec<_> =
        fields.map(|field| field.as_ref().clone().with_metadata([].into())).collect();
    Arc::new(Schema::new(fields))
}

fn reader(path: &LocalPath) -> ParquetRecordBatchReaderBuilder<File> {
    ParquetRecordBatchReaderBuilder::try_new(File::open(path).expect("a file")).expect("Parquet")
}

fn column_of(path: &LocalPath, name: &str) -> Vec<i64> {
    let batches = reader(path).build().expect("a reader");
    batches
        .flat_map(|batch| {
            let batch = batch.expect("rows");
            batch.column_by_name(name).expect(name).as_primitive::<Int64Type>().values().to_vec()
        })
        .collect()
}

/// Rows of about 200 bytes under keys that occur once.
fn wide(rows: i64) -> Arc<MemTable> {
    let batches: Vec<RecordBatch> = (0..rows / 1000)
        .map(|batch| {
            let ids: Vec<i64> = (batch * 1000..(batch + 1) * 1000).collect();
            let text = ids.iter().map(|id| format!("{id:0200}"));
            let columns: [(&str, ArrayRef); 2] = [
                ("id", Arc::new(Int64Array::from(ids.clone()))),
                ("text", Arc::new(StringArray::from_iter_values(text))),
            ];
            RecordBatch::try_from_iter(columns).expect("a batch")
        })
        .collect();
    Arc::new(MemTable::try_new(batches[0].schema(), vec![batches]).expect("a table"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_too_big_for_memory_is_tried_again_with_one_that_spills() {
    let folder = tempfile::tempdir().unwrap();
    let place = on_disk(&folder);
    let again = Mutex::new(Vec::new());
    let note = |name: &str| again.lock().unwrap().push(name.to_owned());
    let build = told_again(&place, 24 << 20, 4, Box::new(note));
    for name in ["a", "b"] {
        build.register(name, wide(200_000)).unwrap();
    }
    let sql = "select a.id, length(a.text) + length(b.text) as size from a join b on a.id = b.id \
               where a.text >= b.text";
    let columns = vec![column("id", DataType::Int64), column("size", DataType::Int32)];
    let stage = published(sql, columns, layout(&[], &["id"]));
    let files = build.write(&stage, &Bindings::default(), &target(&place, &[], &["id"])).await;
    let files = files.unwrap();
    assert_eq!(files.iter().map(|file| file.rows).sum::<u64>(), 200_000);
    assert_eq!(*again.lock().unwrap(), ["sales"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sort_too_big_for_memory_spills() {
    let folder = tempfile::tempdir().unwrap();
    let place = on_disk(&folder);
    let build = build(&place, 64 << 20, 2);
    build.register("a", wide(400_000)).unwrap();
    let columns = vec![column("id", DataType::Int64), column("text", DataType::Utf8)];
    let stage = published("select id, text from a", columns, layout(&[], &["id"]));
    let files = build.write(&stage, &Bindings::default(), &target(&place, &[], &["id"])).await;
    assert_eq!(files.unwrap().iter().map(|file| file.rows).sum::<u64>(), 400_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_window_yields_for_all_rows_is_sorted_in_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let place = on_disk(&folder);
    let build = build(&place, 96 << 20, 2);
    build.register("a", wide(200_000)).unwrap();
    let columns = vec![column("id", DataType::Int64), column("text", DataType::Utf8)];
    let columns = [columns, vec![column("rows", DataType::Int64)]].concat();
    let sql = "select id, text, count(*) over () as rows from a";
    let stage = published(sql, columns, layout(&[], &["id"]));
    let files = build.write(&stage, &Bindings::default(), &target(&place, &[], &["id"])).await;
    assert_eq!(files.unwrap().iter().map(|file| file.rows).sum::<u64>(), 200_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_spill_fails_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let place = on_disk(&folder);
    let build = build(&place, 8 << 20, 2);
    build.register("a", wide(100_000)).unwrap();
    let sql = "select 1 as id, array_length(array_agg(text)) as size from a";
    let columns = vec![column("id", DataType::Int64), column("size", DataType::UInt64)];
    let stage = published(sql, columns, layout(&[], &["id"]));
    let written = build.write(&stage, &Bindings::default(), &target(&place, &[], &["id"])).await;
    let error = written.unwrap_err();
    let root = error.error.find_root();
    assert!(matches!(root, DataFusionError::ResourcesExhausted(_)), "{error}");
    assert!(error.to_string().contains("stage `sales`"), "{error}");
    assert_eq!(Failure::from(error).kind(), FailureKind::Memory);
}
