//! Whether a run may replace what is published: decided from the release record before anything is built.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::refusal::{Refusal, Reshaped, TableAsOf};
use super::release::behind;
use super::{Release, Shape, TableRelease};

/// Changes to published tables that must be requested explicitly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// An older state may replace a newer one.
    pub restate: bool,
    /// The pipeline whose tables become this one's: the name it had before.
    pub take_over: Option<String>,
    /// Tables to remove from the warehouse, or to restart: for one that the run builds folder by
    /// folder, the folders that it does not build are removed.
    pub drop: Vec<String>,
}

/// What a run is about to publish.
#[derive(Debug, Clone)]
pub struct Intent<'a> {
    /// Its pipeline.
    pub pipeline: &'a str,
    /// Its as-of.
    pub as_of: DateTime<Utc>,
    /// The tables to build, with the folders of those that are built folder by folder.
    pub tables: BTreeMap<String, Option<Vec<String>>>,
    /// The shapes of the latter.
    pub shapes: BTreeMap<String, Shape>,
    /// Every table that the pipeline publishes.
    pub publishes: BTreeSet<&'a str>,
    /// What it may do besides.
    pub consent: &'a Consent,
}

impl Consent {
    fn drops(&self, table: &str) -> bool {
        self.drop.iter().any(|name| name == table)
    }
}

/// Lets a run begin, or says why not.
///
/// # Errors
/// It would overwrite tables of another pipeline or a newer state, would leave a table in two shapes,
/// or names what does not exist.
pub fn admit(base: &Release, intent: &Intent) -> Result<(), Refusal> {
    known_owner(base, intent)?;
    droppable(base, intent)?;
    unowned(base, intent)?;
    not_newer(base, intent)?;
    of_one_shape(base, intent)
}

fn known_owner(base: &Release, intent: &Intent) -> Result<(), Refusal> {
    let Some(pipeline) = &intent.consent.take_over else { return Ok(()) };
    let owners: BTreeSet<&String> =
        base.tables.values().filter_map(|table| table.pipeline.as_ref()).collect();
    if owners.contains(pipeline) {
        return Ok(());
    }
    let owners = owners.into_iter().cloned().collect();
    Err(Refusal::NobodysTables { pipeline: pipeline.clone(), owners })
}

fn droppable(base: &Release, intent: &Intent) -> Result<(), Refusal> {
    let left = left(base, intent);
    let begun_anew = |table: &&String| matches!(intent.tables.get(*table), Some(Some(_)));
    for table in intent.consent.drop.iter().filter(|table| !begun_anew(table)) {
        if intent.publishes.contains(table.as_str()) {
            return Err(Refusal::Published { table: table.clone() });
        }
        if let Some(owner) = owner(base, intent, table) {
            return Err(Refusal::Owned { tables: vec![(table.clone(), owner.to_owned())] });
        }
        if !left.contains(table) {
            return Err(Refusal::NoTable { table: table.clone(), left });
        }
    }
    Ok(())
}

fn unowned(base: &Release, intent: &Intent) -> Result<(), Refusal> {
    let owned = intent
        .tables
        .keys()
        .filter_map(|table| Some((table.clone(), owner(base, intent, table)?.to_owned())));
    let tables: Vec<(String, String)> = owned.collect();
    if tables.is_empty() { Ok(()) } else { Err(Refusal::Owned { tables }) }
}

/// Another pipeline that owns a table.
fn owner<'a>(base: &'a Release, intent: &Intent, table: &str) -> Option<&'a str> {
    let owner = base.tables.get(table)?.pipeline.as_deref()?;
    let own = [Some(intent.pipeline), intent.consent.take_over.as_deref()];
    (!own.contains(&Some(owner))).then_some(owner)
}

fn not_newer(base: &Release, intent: &Intent) -> Result<(), Refusal> {
    let tables = newer(base, intent);
    if tables.is_empty() || intent.consent.restate {
        return Ok(());
    }
    Err(Refusal::Older { as_of: intent.as_of, tables })
}

fn of_one_shape(base: &Release, intent: &Intent) -> Result<(), Refusal> {
    let tables: Vec<Reshaped> =
        intent.shapes.iter().filter_map(|(name, now)| reshapes(base, intent, name, now)).collect();
    if tables.is_empty() { Ok(()) } else { Err(Refusal::Reshaped { tables }) }
}

/// A table of which folders of another shape would stay.
fn reshapes(base: &Release, intent: &Intent, name: &str, now: &Shape) -> Option<Reshaped> {
    let table = base.tables.get(name)?;
    let changes = table.shape.as_ref()?.changes(now);
    if changes.is_empty() || staying(table, intent, name).next().is_none() {
        return None;
    }
    let first = table.slices.keys().next().cloned().unwrap_or_default();
    Some(Reshaped { table: name.to_owned(), first, changes })
}

/// The folders of a table that a run leaves as they are, in order.
fn staying<'a>(
    table: &'a TableRelease,
    intent: &Intent,
    name: &str,
) -> impl Iterator<Item = &'a String> {
    let built = match intent.tables.get(name) {
        Some(Some(built)) if !intent.consent.drops(name) => Some(built.clone()),
        _ => None,
    };
    let stays = move |slice: &&String| built.as_ref().is_some_and(|built| !built.contains(slice));
    table.slices.keys().filter(stays)
}

/// What the run would replace and what was built at a later as-of: tables, or folders of tables.
pub fn newer(base: &Release, intent: &Intent) -> Vec<TableAsOf> {
    let is_newer = |as_of: &DateTime<Utc>| *as_of > intent.as_of;
    let mut found = Vec::new();
    for (name, slices) in &intent.tables {
        let Some(table) = base.tables.get(name) else { continue };
        let Some(slices) = slices else {
            found.extend(table.as_of(None).filter(is_newer).map(|as_of| (name.clone(), as_of)));
            continue;
        };
        let dropped = table.slices.keys().filter(|_| intent.consent.drops(name));
        let replaced: BTreeSet<&String> = slices.iter().chain(dropped).collect();
        found.extend(replaced.into_iter().filter_map(|slice| {
            let as_of = table.as_of(Some(slice)).filter(is_newer)?;
            Some((format!("{name}/{slice}"), as_of))
        }));
    }
    found
}

/// Tables of the warehouse that the pipeline published, or whose owner is unknown, and that it
/// no longer publishes.
pub fn left(base: &Release, intent: &Intent) -> Vec<String> {
    let is_own =
        |name: &str| !intent.publishes.contains(name) && owner(base, intent, name).is_none();
    base.tables.keys().filter(|name| is_own(name)).cloned().collect()
}

/// The tables that the run will leave older than the newest of the pipeline's.
pub fn left_behind(base: &Release, intent: &Intent) -> Vec<TableAsOf> {
    let published = base.tables.iter().filter(|(name, _)| intent.publishes.contains(name.as_str()));
    let owned = published
        .filter(|(name, table)| table.pipeline.is_some() && owner(base, intent, name).is_none());
    let mut as_of: BTreeMap<String, DateTime<Utc>> =
        owned.filter_map(|(name, table)| Some((name.clone(), table.as_of?))).collect();
    for name in intent.tables.keys() {
        let stays = base
            .tables
            .get(name)
            .and_then(|table| staying(table, intent, name).map(|slice| table.slices[slice]).max());
        as_of.insert(name.clone(), stays.map_or(intent.as_of, |stays| stays.max(intent.as_of)));
    }
    behind(as_of).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::{DateTime, Utc};

    use super::{Consent, Intent, Refusal, Reshaped, admit, left, left_behind};
    use crate::failure::{Failing, FailureKind};
    use crate::publish::{Release, Shape, TableRelease};

    fn day(day: u32) -> DateTime<Utc> {
        format!("2026-11-{day:02}T00:00:00Z").parse().unwrap()
    }

    /// A whole table of a day, or one with a slice for each of some days.
    fn table(owner: Option<&str>, as_of: u32, slices: &[(&str, u32)]) -> TableRelease {
        TableRelease {
            pipeline: owner.map(str::to_owned),
            as_of: Some(day(as_of)),
            slices: slices.iter().map(|(slice, at)| ((*slice).to_owned(), day(*at))).collect(),
            ..TableRelease::default()
        }
    }

    /// `whole` is of the 20th, `sliced` of the 10th and the 20th; `foreign` is of another pipeline,
    /// `gone` has left the project, and nobody knows whose `old` is.
    fn base() -> Release {
        let tables = [
            ("whole", table(Some("p"), 20, &[])),
            ("sliced", table(Some("p"), 20, &[("period=a", 10), ("period=b", 20)])),
            ("foreign", table(Some("q"), 5, &[])),
            ("gone", table(Some("p"), 5, &[])),
            ("old", table(None, 5, &[])),
        ];
        let tables = tables.map(|(name, table)| (name.to_owned(), table));
        Release { tables: tables.into(), ..Release::default() }
    }

    fn intent<'a>(
        as_of: u32,
        tables: &[(&str, Option<&[&str]>)],
        consent: &'a Consent,
    ) -> Intent<'a> {
        let slices = |slices: &[&str]| slices.iter().map(|slice| (*slice).to_owned()).collect();
        let tables: BTreeMap<String, Option<Vec<String>>> =
            tables.iter().map(|(name, of)| ((*name).to_owned(), of.map(slices))).collect();
        let publishes = BTreeSet::from(["whole", "sliced", "new"]);
        let shapes = BTreeMap::new();
        Intent { pipeline: "p", as_of: day(as_of), tables, shapes, publishes, consent }
    }

    fn shape(period: &str) -> Shape {
        Shape { period: period.into(), ..Shape::default() }
    }

    /// The base with a known shape of `sliced`.
    fn shaped() -> Release {
        let mut base = base();
        base.tables.get_mut("sliced").unwrap().shape = Some(shape("month"));
        base
    }

    #[test]
    fn folders_of_another_shape_do_not_stay_beside_what_is_built() {
        let admitted = |base: &Release, folders: &[&str], period: &str, consent: &Consent| {
            let mut intent = intent(20, &[("sliced", Some(folders))], consent);
            intent.shapes.insert("sliced".into(), shape(period));
            admit(base, &intent)
        };
        let none = Consent::default();
        let anew = Consent { drop: vec!["sliced".into()], ..Consent::default() };
        let (base, all) = (shaped(), &["period=a", "period=b"]);
        assert_eq!(admitted(&base, &all[1..], "month", &none), Ok(()));
        let changes = vec!["`period` was month and is quarter".to_owned()];
        let tables = vec![Reshaped { table: "sliced".into(), first: "period=a".into(), changes }];
        let refused = admitted(&base, &all[1..], "quarter", &none).unwrap_err();
        assert_eq!(refused, Refusal::Reshaped { tables });
        // What the run would build is then also to be built.
        assert_eq!(admitted(&base, &all[..1], "quarter", &none), Err(refused.clone()));
        let help = refused.what_to_do().unwrap();
        assert!(help.contains("`--drop sliced --from a`"), "{help}");
        // All existing folders are rebuilt or removed.
        assert_eq!(admitted(&base, all, "quarter", &none), Ok(()));
        assert_eq!(admitted(&base, &all[1..], "quarter", &anew), Ok(()));
        // Nothing is known of a table that was published before shapes were recorded.
        assert_eq!(admitted(&super::tests::base(), &all[1..], "quarter", &none), Ok(()));
    }

    #[test]
    fn a_newer_folder_does_not_go_unasked_where_a_table_is_begun_anew() {
        let tables: &[(&str, Option<&[&str]>)] = &[("sliced", Some(&["period=a"]))];
        let drop = vec!["sliced".to_owned()];
        let anew = Consent { drop: drop.clone(), ..Consent::default() };
        let refused = admit(&base(), &intent(10, tables, &anew)).unwrap_err().to_string();
        assert!(refused.contains("`sliced/period=b` is of 2026-11-20"), "{refused}");
        let restated = Consent { drop, restate: true, ..Consent::default() };
        assert_eq!(admit(&base(), &intent(10, tables, &restated)), Ok(()));
        // One that the run does not build is not restarted by it.
        assert!(admit(&base(), &intent(20, &[], &anew)).is_err());
    }

    #[test]
    fn an_older_as_of_replaces_only_what_is_as_old() {
        let none = Consent::default();
        let of = |as_of, tables: &[(&str, Option<&[&str]>)]| match admit(
            &base(),
            &intent(as_of, tables, &none),
        ) {
            Ok(()) => Vec::new(),
            Err(Refusal::Older { tables, .. }) => {
                tables.into_iter().map(|(name, _)| name).collect()
            }
            Err(other) => panic!("{other}"),
        };
        assert_eq!(
            of(20, &[("whole", None), ("sliced", Some(&["period=a", "period=b"]))]),
            [""; 0]
        );
        assert_eq!(of(19, &[("whole", None), ("new", None)]), ["whole"]);
        assert_eq!(of(10, &[("sliced", Some(&["period=a", "period=0"]))]), [""; 0]);
        assert_eq!(of(10, &[("sliced", Some(&["period=a", "period=b"]))]), ["sliced/period=b"]);
        assert_eq!(of(9, &[("sliced", Some(&["period=a"]))]), ["sliced/period=a"]);
        // A table that was whole and is now built slice by slice, and the other way round.
        assert_eq!(of(19, &[("whole", Some(&["period=a"]))]), ["whole/period=a"]);
        assert_eq!(of(19, &[("sliced", None)]), ["sliced"]);
        let restate = Consent { restate: true, ..Consent::default() };
        assert_eq!(admit(&base(), &intent(1, &[("whole", None)], &restate)), Ok(()));
    }

    #[test]
    fn a_table_of_another_pipeline_is_left_to_it() {
        let none = Consent::default();
        let refused = admit(&base(), &intent(20, &[("foreign", None)], &none));
        let owned = Refusal::Owned { tables: vec![("foreign".into(), "q".into())] };
        assert_eq!(refused, Err(owned));
        assert_eq!(admit(&base(), &intent(20, &[("old", None)], &none)), Ok(()));
        let renamed = Consent { take_over: Some("q".into()), ..Consent::default() };
        assert_eq!(admit(&base(), &intent(20, &[("foreign", None)], &renamed)), Ok(()));
        // Taking over a name does not make an older state newer.
        assert!(admit(&base(), &intent(4, &[("foreign", None)], &renamed)).is_err());
        let nobody = Consent { take_over: Some("r".into()), ..Consent::default() };
        let refused = admit(&base(), &intent(20, &[], &nobody)).unwrap_err();
        assert_eq!(refused.failure_kind(), FailureKind::Empty);
        assert!(refused.what_to_do().unwrap().contains("`p`, `q`"));
    }

    #[test]
    fn what_is_left_over_can_be_dropped_and_nothing_else() {
        let drop = |table: &str| Consent { drop: vec![table.into()], ..Consent::default() };
        let none = Consent::default();
        assert_eq!(left(&base(), &intent(20, &[], &none)), ["gone", "old"]);
        for table in ["gone", "old"] {
            assert_eq!(admit(&base(), &intent(20, &[], &drop(table))), Ok(()), "{table}");
        }
        for (table, message) in [
            ("whole", "the pipeline publishes it"),
            ("foreign", "belongs to `q`"),
            ("gnoe", "the warehouse has no table `gnoe`"),
        ] {
            let refused = admit(&base(), &intent(20, &[], &drop(table))).unwrap_err().to_string();
            assert!(refused.contains(message), "{refused}");
        }
    }

    #[test]
    fn tables_that_a_run_leaves_older_than_others_are_told_beforehand() {
        let none = Consent::default();
        let behind = |as_of, tables: &[(&str, Option<&[&str]>)]| -> Vec<String> {
            let behind = left_behind(&base(), &intent(as_of, tables, &none));
            behind.into_iter().map(|(name, _)| name).collect()
        };
        let all: &[(&str, Option<&[&str]>)] = &[("whole", None), ("sliced", Some(&["period=b"]))];
        assert_eq!(behind(21, all), [""; 0]);
        assert_eq!(behind(21, &[("sliced", Some(&["period=b"]))]), ["whole"]);
        assert_eq!(behind(21, &[("whole", None)]), ["sliced"]);
        // An old period that is built again makes nothing older.
        assert_eq!(behind(10, &[("sliced", Some(&["period=a"]))]), [""; 0]);
        // An older state that replaces a newer one does.
        assert_eq!(behind(10, &[("whole", None)]), ["whole"]);
    }
}
