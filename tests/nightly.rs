//! Whole runs: what a period sees, what a failed or stopped run leaves, and the same bytes whatever
//! the machine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use patronage::plan::{self, Plan};
use patronage::project::Project;
use patronage::publish::{Release, Warehouse};
use patronage::record::{Event, RunResults};
use patronage::request::{self, Request};
use patronage::run::{self, Failure};
use tokio_util::sync::CancellationToken;

const PIPELINE: &str = r#"
pipeline: shop
description: A shop.
time_zone: UTC
period: month
warehouse: warehouse
sources:
  raw_sales:
    location: raw/*.csv
    format: csv
    header: true
    event_time: sold_at
    max_rejects: 0
    columns:
      sale_id: {type: int64, required: true}
      sold_at: {type: timestamp, format: "%Y-%m-%d %H:%M:%S", required: true}
      amount:  {type: "decimal(18,2)", required: true}
stages:
  - sql/shop/*
"#;

const SALES: &str = "sale_id,sold_at,amount
1,2026-08-01 00:00:00,1.00
2,2026-08-31 23:59:59,2.00
3,2026-09-01 00:00:00,4.00
4,2026-10-31 23:59:59,8.00
5,2026-11-01 00:00:00,16.00
";

/// An unpublished stage that two others read.
const MONTH_SQL: &str = "select sale_id, amount from raw_sales
where sold_at >= $period_start and sold_at < $period_end";
const TOTAL_SQL: &str = "select cast(sum(amount) as decimal(18, 2)) as amount from probe_month";
const TOTAL_YAML: &str = "description: The total of a month.
per: period
key: [period]
columns:
  amount: {type: 'decimal(18,2)', description: What was paid.}
publish: {sort_by: [amount]}
";
const COUNT_SQL: &str = "select count(*) as sales from probe_month";
const COUNT_YAML: &str = "description: The sales of a month.
per: period
key: [period]
columns:
  sales: {type: int64, description: Sales.}
checks:
  - accepted_range: {column: sales, min: 1}
publish: {sort_by: [sales]}
";

/// A shop; its unpublished stage has a name of its own, for tests run side by side.
fn shop(unpublished: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("pipelines/shop.yaml", PIPELINE),
        ("raw/sales.csv", SALES),
        (&format!("sql/shop/{unpublished}.sql"), MONTH_SQL),
        ("sql/shop/month_total.sql", TOTAL_SQL),
        ("sql/shop/month_total.yaml", TOTAL_YAML),
        ("sql/shop/month_count.sql", COUNT_SQL),
        ("sql/shop/month_count.yaml", COUNT_YAML),
    ] {
        write(&folder, path, &text.replace("probe_month", unpublished));
    }
    folder
}

fn write(folder: &tempfile::TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

async fn planned(pipeline: &Path, variables: &[(&str, &str)]) -> Plan {
    let project = Project::open(pipeline).expect("a project");
    let lookup = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    plan::plan(&project, &lookup).await.unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn request(plan: &Plan, as_of: &str, from: Option<(i32, u32)>, partitions: usize) -> Request {
    let as_of = request::as_of(plan, as_of, request::Within::Refuse).expect("as-of");
    let from = from.and_then(|(year, month)| chrono::NaiveDate::from_ymd_opt(year, month, 1));
    let (tables, needed) = request::selection(plan, &[]).expect("tables");
    Request {
        consent: patronage::publish::Consent::default(),
        run: request::name(),
        as_of,
        periods: request::wanted_periods(plan, as_of, from, None).expect("periods"),
        tables,
        needed,
        params: request::params(plan, &[]).expect("parameters"),
        memory: 256 << 20,
        partitions,
    }
}

async fn ran(
    plan: &Plan,
    request: &Request,
    cancel: &CancellationToken,
    each: &(dyn Fn(Event) + Send + Sync),
) -> Result<RunResults, Failure> {
    let results = Mutex::new(RunResults::new(&request.run));
    let tell = |event: Event| {
        results.lock().unwrap().note(&event);
        each(event);
    };
    run::run(plan, request, cancel, &tell).await?;
    Ok(results.into_inner().unwrap())
}

async fn backfill(folder: &tempfile::TempDir) -> Result<RunResults, Failure> {
    let plan = planned(&folder.path().join("pipelines/shop.yaml"), &[]).await;
    let request = request(&plan, "2026-11-01", Some((2026, 8)), 2);
    ran(&plan, &request, &CancellationToken::new(), &|_| ()).await
}

async fn release(plan: &Plan) -> Release {
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root).unwrap();
    warehouse.current().await.unwrap()
}

/// Folders with unpublished rows of these tests' own stage, in all runs of this machine.
fn scratch_folders(unpublished: &str) -> Vec<PathBuf> {
    let folders = fs::read_dir(std::env::temp_dir()).unwrap().filter_map(Result::ok);
    let scratch = folders
        .filter(|folder| folder.file_name().to_string_lossy().starts_with("patronage-"))
        .map(|folder| folder.path().join(unpublished))
        .filter_map(|folder| fs::read_dir(folder).ok());
    let periods = scratch.flatten().filter_map(Result::ok).map(|period| period.path());
    let has_files = |period: &PathBuf| fs::read_dir(period).is_ok_and(|mut it| it.next().is_some());
    periods.filter(has_files).collect()
}

fn staged_files(folder: &tempfile::TempDir) -> usize {
    let stage = folder.path().join("warehouse/_patronage/stage");
    fs::read_dir(stage).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_period_sees_its_own_rows_and_leaves_none_behind() {
    let folder = shop("seen_month");
    let plan = planned(&folder.path().join("pipelines/shop.yaml"), &[]).await;
    let request = request(&plan, "2026-11-01", Some((2026, 7)), 2);
    let periods = request.periods.len();
    assert_eq!(periods, 4);
    let ended = ran(&plan, &request, &CancellationToken::new(), &|event| {
        if let Event::StageStarted { stage, .. } = event
            && stage == "seen_month"
        {
            let folders = scratch_folders("seen_month");
            assert!(folders.len() <= 1, "{folders:?}");
        }
    })
    .await;
    // July sold nothing, which the check does not allow.
    let failure = ended.unwrap_err();
    assert!(failure.to_string().contains("month_count"), "{failure}");
    assert_eq!(scratch_folders("seen_month"), Vec::<PathBuf>::new());

    // Nothing is published, and the rows can be looked at until a run succeeds.
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root).unwrap();
    assert_eq!(warehouse.current().await.unwrap().release, 0);
    let staged = warehouse.staged(&plan.name).await.unwrap().expect("staged rows");
    assert_eq!(staged.tables["month_count"].files.len(), periods);
    assert_eq!(staged_files(&folder), 1);

    let results = backfill(&folder).await.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!((results.release, results.unchanged), (Some(1), false));
    assert_eq!(staged_files(&folder), 0);
    let release = release(&plan).await;
    let totals = &release.tables["month_total"];
    assert_eq!((totals.rows, totals.files.len()), (3, 3));
    let mut built = results.stages.iter().filter(|stage| stage.stage == "seen_month");
    assert_eq!(built.next().map(|stage| stage.rows), Some(2));
    assert_eq!(built.next().map(|stage| stage.rows), Some(1));
    assert_eq!(built.next().map(|stage| stage.rows), Some(1));

    // The same night again gives no new release.
    let again = backfill(&folder).await.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!((again.release, again.unchanged), (Some(1), true));
    assert_eq!(staged_files(&folder), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_leaves_nothing() {
    for stop_at in 1..8 {
        let folder = shop("stopped_month");
        let plan = planned(&folder.path().join("pipelines/shop.yaml"), &[]).await;
        let request = request(&plan, "2026-11-01", Some((2026, 8)), 2);
        let cancel = CancellationToken::new();
        let steps = std::sync::atomic::AtomicUsize::new(0);
        let ended = ran(&plan, &request, &cancel, &|_| {
            if steps.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == stop_at {
                cancel.cancel();
            }
        })
        .await;
        assert!(matches!(ended, Err(Failure::Interrupted)), "{stop_at}");
        assert_eq!(staged_files(&folder), 0, "{stop_at}");
        assert_eq!(release(&plan).await.release, 0);
    }
}

/// So young a shop has not asked its panel and its employees yet, has had no birthdays and no end of a promotion, no
/// customer in a second year, and nobody to win back.
const EMPTY_OF_A_YOUNG_SHOP: [&str; 15] = [
    "fact_birthday_offer",
    "fact_customer_attitude",
    "fact_expectation_update",
    "fact_kano",
    "fact_loyalty_driver",
    "fact_loyalty_moderation",
    "fact_prevention",
    "fact_profit_profile",
    "fact_promotion_withdrawal",
    "fact_service_profit_chain",
    "fact_service_quality",
    "fact_target_decile",
    "fact_target_selection",
    "fact_touchpoint_satisfaction",
    "fact_value_driver",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_nightly_release_does_not_depend_on_the_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let raw = patronage::store::open("raw", folder.path()).unwrap();
    let options = patronage::demo::Options {
        customers: 300,
        seed: 7,
        start: chrono::NaiveDate::from_ymd_opt(2023, 1, 1).unwrap(),
        months: 6,
    };
    patronage::demo::write(&options, raw.store, &raw.path).await.unwrap();
    let (mut releases, mut plans) = (Vec::new(), Vec::new());
    let raw = folder.path().join("raw").display().to_string();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/nightly.yaml");
    let planned = planned(&root, &[("RAW", &raw)]).await;
    for partitions in [1, 8] {
        let warehouse = folder.path().join(format!("warehouse-{partitions}")).display().to_string();
        let plan = Plan { warehouse, ..planned.clone() };
        let request = request(&plan, "2023-07-01", Some((2023, 6)), partitions);
        let ended = ran(&plan, &request, &CancellationToken::new(), &|_| ()).await;
        ended.unwrap_or_else(|failure| panic!("{failure}"));
        releases.push(release(&plan).await.tables);
        plans.push(plan);
    }
    assert_eq!(releases[0], releases[1]);
    crate::page::agree_with_tables([&plans[0], &plans[1]]).await;
    let empty = releases[0].iter().filter(|(_, table)| table.rows == 0);
    let empty: Vec<&str> = empty.map(|(name, _)| name.as_str()).collect();
    assert_eq!(empty, EMPTY_OF_A_YOUNG_SHOP);
}
