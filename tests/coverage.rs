//! Which concepts of the catalogue the shipped pipelines measure.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use patronage::concept::Concept;
use patronage::coverage::{Coverage, State, coverage};
use patronage::plan::{Plan, plan};
use patronage::project::Project;
use tokio::sync::OnceCell;

use crate::support::repository;
use crate::support::tables::Tables;

/// Pipelines which between them run every shipped mart.
pub(crate) fn pipelines() -> Vec<PathBuf> {
    let named = |name| repository().join("pipelines").join(name);
    ["complete_journey.yaml", "nightly.yaml"].map(named).to_vec()
}

async fn planned(pipeline: &Path) -> Plan {
    let project = Project::open(pipeline).unwrap();
    plan(&project, &|name| Some(name.to_lowercase())).await.unwrap()
}

/// What all of them measure, computed once.
async fn of_all() -> &'static [Coverage] {
    static ALL: OnceCell<Vec<Coverage>> = OnceCell::const_new();
    let found = async || {
        let mut all = Vec::new();
        for pipeline in pipelines() {
            all.push(coverage(&planned(&pipeline).await));
        }
        all
    };
    ALL.get_or_init(found).await
}

/// The concepts for which a condition is true in some pipeline.
fn where_some(
    all: &[Coverage],
    holds: fn(&patronage::coverage::Covered) -> bool,
) -> BTreeSet<Concept> {
    let concepts = all.iter().flat_map(|coverage| &coverage.concepts);
    concepts.filter(|covered| holds(covered)).map(|covered| covered.concept).collect()
}

#[tokio::test]
async fn every_concept_has_a_column_of_a_published_table() {
    let expressed = where_some(of_all().await, |covered| !covered.columns.is_empty());
    let lost: Vec<&Concept> = Concept::ALL.iter().filter(|it| !expressed.contains(it)).collect();
    assert!(lost.is_empty(), "no column of a published table tells {lost:?}");
}

/// Concepts for which no shipped pipeline has data: these shops have no targets.
const WITHOUT_DATA: [&str; 1] = ["K2"];

#[tokio::test]
async fn every_expressed_concept_is_told_by_a_shipped_pipeline() {
    let all = of_all().await;
    let expressed = where_some(all, |covered| !covered.columns.is_empty());
    let told = where_some(all, |covered| covered.state() != State::Missing);
    let untold: Vec<&str> = expressed.difference(&told).map(|concept| concept.number()).collect();
    assert_eq!(untold, WITHOUT_DATA);
}

#[tokio::test]
async fn a_column_that_tells_a_concept_is_made_of_what_the_catalogue_says() {
    for covered in of_all().await.iter().flat_map(|coverage| &coverage.concepts) {
        for told in covered.columns.iter().filter(|told| told.reason.is_none()) {
            let (concept, table, column) = (covered.concept, &told.table, &told.column);
            assert!(!told.inputs.is_empty(), "{table}.{column} reads no input of {concept}");
        }
    }
}

#[test]
fn every_input_of_the_catalogue_is_a_canonical_table() {
    let all: BTreeSet<&str> =
        Concept::ALL.iter().flat_map(|concept| concept.inputs()).copied().collect();
    let declared =
        |table: &&str| repository().join(format!("marts/canonical/{table}.yaml")).exists();
    let unknown: Vec<&str> = all.into_iter().filter(|table| !declared(table)).collect();
    assert_eq!(unknown, [""; 0]);
}

/// The log of CDNOW has purchases and nothing else: no products, no surveys, no members.
#[tokio::test]
async fn what_a_log_of_purchases_cannot_tell_is_missing() {
    let coverage = coverage(&planned(&repository().join("pipelines/cdnow.yaml")).await);
    let of = |number: &str| {
        let concept: Concept = number.parse().unwrap();
        coverage.concepts.iter().find(|covered| covered.concept == concept).unwrap()
    };
    for number in ["L1", "L13", "L14", "E1", "E3", "E6", "G1"] {
        assert_eq!(of(number).state(), State::Known, "{number}");
    }
    let lacks = [
        ("L2", vec!["products"]),
        ("S1", vec!["survey_answers", "questions"]),
        ("L20", vec!["survey_answers", "questions"]),
        ("P1", vec!["memberships"]),
        ("L5", vec!["sessions"]),
        // A promotion, or a price below the list, makes a line one on promotion; one of the two will do.
        ("L6", vec!["order_lines.promotion_id"]),
        // What others paid for the same product in the same week.
        ("L8", vec!["order_lines.product_id", "order_lines.unit_price"]),
        // Staging says that nothing is known of what a customer has cost.
        ("E13", vec!["customers.acquisition_cost"]),
    ];
    for (number, inputs) in lacks {
        assert_eq!(of(number).state(), State::Missing, "{number}");
        assert_eq!(of(number).missing_inputs(), inputs, "{number}");
    }
}

/// Compares the coverage of a pipeline with what it has published: a column reported as NULL has no
/// value. Returns known columns without values, which need other data.
pub(crate) async fn told_in_vain(pipeline: &str, tables: &Tables) -> BTreeSet<String> {
    let pipeline = repository().join(format!("pipelines/{pipeline}.yaml"));
    let coverage = coverage(&planned(&pipeline).await);
    let mut in_vain = BTreeSet::new();
    for told in coverage.concepts.iter().flat_map(|covered| &covered.columns) {
        let (table, column) = (&told.table, &told.column);
        if !tables.hold(table) || !(told.is_null || told.missing.is_empty()) {
            continue;
        }
        let query = format!("select count({column}) from {table}");
        let is_empty = tables.number(&query).await == 0.0;
        assert!(is_empty || !told.is_null, "{table}.{column} is said to be NULL");
        if is_empty && !told.is_null {
            in_vain.insert(format!("{table}.{column}"));
        }
    }
    in_vain
}
