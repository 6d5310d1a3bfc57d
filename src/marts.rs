//! The marts that travel with the program: what a pipeline takes with `use`.
//!
//! The only place that knows how they are carried: a release build has them within itself, any other reads
//! their folder, so that no change of their SQL waits for a build.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rust_embed::RustEmbed;

/// Where the files of the program stand, as messages show them.
const FOLDER: &str = "marts/";
/// What files of tests end in.
const TESTS: &str = ".tests.yaml";

#[derive(RustEmbed)]
#[folder = "marts/"]
#[prefix = "marts/"]
struct Marts;

/// What the stages of the demo project are in.
#[derive(RustEmbed)]
#[folder = "sql/staging/demo/"]
#[prefix = "sql/staging/demo/"]
struct Demo;

/// The pipeline of the demo project, by its path.
pub const DEMO_PIPELINE: &str = "pipelines/nightly.yaml";

/// Tables that are taken together.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// What `use` calls it, and the folder that it is in; one without tables of its own has none.
    pub name: &'static str,
    /// What its tables contain.
    pub about: &'static str,
    /// The families whose tables its own are made of or checked with.
    pub needs: &'static [&'static str],
}

/// Every family, in the order in which their headlines are shown.
pub const FAMILIES: &[Family] = &[
    Family {
        name: "canonical",
        about: "what the stages of a project provide: customers, orders, answers and others",
        needs: &[],
    },
    Family {
        name: "core",
        about: "customers, order lines and purchase days, cleaned",
        needs: &["canonical"],
    },
    Family {
        name: "profile",
        about: "what is known of customers who said something about themselves",
        needs: &["core"],
    },
    Family {
        name: "promotion",
        about: "promotions, who was shown them, coupons handed in",
        needs: &["core"],
    },
    Family {
        name: "reconciliation",
        about: "what became of each row of the raw sales, and of the money in them",
        needs: &["core"],
    },
    Family {
        name: "loyalty",
        about: "recency, frequency and value, stages, retention, repertoires and brand markets",
        needs: &["core", "satisfaction"],
    },
    Family {
        name: "satisfaction",
        about: "scores of surveys, indices, their drivers, what customers were lost with",
        needs: &["core", "loyalty"],
    },
    Family {
        name: "equity",
        about: "purchase models, customer lifetime value, customer equity and how it moves",
        needs: &["core", "loyalty"],
    },
    Family {
        name: "programme",
        about: "memberships, points, and what a loyalty programme and its offers bring about",
        needs: &["core"],
    },
    Family {
        name: "relationship",
        about: "trust, commitment, attitudes, gaps, value drivers and brand equity",
        needs: &["equity"],
    },
    Family {
        name: "value",
        about: "profit, cost to serve, referrals, share of wallet, visits, suggestions, partners",
        needs: &["equity"],
    },
    Family { name: "scorecard", about: "key figures beside their targets", needs: &["equity"] },
    Family {
        name: "service",
        about: "complaints, contacts, causes of defection, win-back, promises kept and broken",
        needs: &["equity"],
    },
    Family {
        name: "standard",
        about: "what orders, surveys and any other data of a shop show",
        needs: &["programme", "relationship", "value", "scorecard", "service"],
    },
    Family {
        name: "all",
        about: "everything",
        needs: &["standard", "profile", "promotion", "reconciliation"],
    },
];

/// The families of these names and all that they need, in the order of [`FAMILIES`]. Other names bring nothing.
pub fn brought<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'static Family> {
    let mut open: Vec<&str> = names.into_iter().collect();
    let mut brought = BTreeSet::new();
    while let Some(name) = open.pop() {
        let meant = FAMILIES.iter().find(|family| family.name == name);
        if let Some(family) = meant.filter(|family| brought.insert(family.name)) {
            open.extend(family.needs);
        }
    }
    FAMILIES.iter().filter(|family| brought.contains(family.name)).collect()
}

/// The files of a family, each with its path and its text.
pub fn files(family: &str) -> impl Iterator<Item = (String, String)> {
    let folder = format!("{FOLDER}{family}/");
    let paths = Marts::iter().filter(move |path| path.starts_with(&folder));
    paths.filter_map(|path| Some((path.to_string(), text(&path)?)))
}

/// The text of a file, if the program has it.
pub fn text(path: &str) -> Option<String> {
    let file = Marts::get(path)?;
    Some(String::from_utf8_lossy(&file.data).into_owned())
}

/// Whether a path within a project is that of a file of the program.
pub fn is_path(path: &str) -> bool {
    path.starts_with(FOLDER)
}

/// The family that a file of the program belongs to.
pub fn family_of(path: &str) -> Option<&'static Family> {
    let (name, _) = path.strip_prefix(FOLDER)?.split_once('/')?;
    FAMILIES.iter().find(|family| family.name == name)
}

/// The names of all tables and stages, canonical tables among them.
pub fn tables() -> BTreeSet<String> {
    let paths = Marts::iter().filter(|path| family_of(path).is_some());
    paths.filter_map(|path| Some(name_of(&path)?.to_owned())).collect()
}

/// The files of a table or a stage: SQL, table file and tests, as far as it has them.
pub fn files_of(table: &str) -> Vec<(String, String)> {
    let is_of =
        |path: &Cow<'static, str>| family_of(path).is_some() && name_of(path) == Some(table);
    let paths = Marts::iter().filter(is_of);
    paths.filter_map(|path| Some((path.to_string(), text(&path)?))).collect()
}

/// A project on demo data: its pipeline and its stages, each with its path and its text.
pub fn demo_project() -> Vec<(String, String)> {
    let pipeline = include_str!("../pipelines/nightly.yaml").to_owned();
    let stages = Demo::iter().filter_map(|path| {
        let text = String::from_utf8_lossy(&Demo::get(&path)?.data).into_owned();
        Some((path.to_string(), text))
    });
    [(DEMO_PIPELINE.to_owned(), pipeline)].into_iter().chain(stages).collect()
}

/// The table that a file is about.
pub fn name_of(path: &str) -> Option<&str> {
    let file = path.rsplit('/').next()?;
    [TESTS, ".sql", ".yaml"].iter().find_map(|ending| file.strip_suffix(ending))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::{Demo, FAMILIES, Marts, brought, family_of, files_of, tables};

    fn names(used: &[&str]) -> Vec<&'static str> {
        brought(used.iter().copied()).iter().map(|family| family.name).collect()
    }

    #[test]
    fn families_bring_what_they_need() {
        assert_eq!(names(&["programme"]), ["canonical", "core", "programme"]);
        let with_loyalty = ["canonical", "core", "loyalty", "satisfaction"];
        assert_eq!(names(&["loyalty"]), with_loyalty);
        assert_eq!(names(&["satisfaction"]), with_loyalty);
        assert_eq!(names(&["nothing"]), [""; 0]);
        assert_eq!(names(&["all"]).len(), FAMILIES.len());
    }

    #[test]
    fn every_family_has_files_or_brings_several_and_needs_families() {
        for family in FAMILIES {
            let is_there = super::files(family.name).count() > 1 || family.needs.len() > 1;
            assert!(is_there, "{}", family.name);
            let known = |name: &&str| FAMILIES.iter().any(|it| it.name == *name);
            assert!(family.needs.iter().all(known), "{}", family.name);
        }
    }

    /// A build with `--release` asks what it has within itself.
    #[test]
    fn every_file_of_the_folder_is_carried_as_it_is() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut open = vec![root.join("marts"), root.join("sql/staging/demo")];
        let mut files = 0;
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            let carried = Marts::get(name).or_else(|| Demo::get(name));
            assert!(carried.unwrap().data == fs::read(&path).unwrap(), "{name}");
            files += 1;
        }
        assert_eq!(files, Marts::iter().count() + Demo::iter().count());
    }

    #[test]
    fn every_file_is_of_a_family_or_a_check() {
        let lost: Vec<String> = Marts::iter()
            .filter(|path| family_of(path).is_none() && !path.starts_with("marts/checks/"))
            .map(|path| path.to_string())
            .collect();
        assert_eq!(lost, [""; 0]);
    }

    #[test]
    fn a_table_has_its_files_and_a_name_of_its_own() {
        let paths: Vec<String> = files_of("dim_customer").into_iter().map(|file| file.0).collect();
        let stem = "marts/core/dim_customer";
        let expected = [".sql", ".tests.yaml", ".yaml"].map(|ending| format!("{stem}{ending}"));
        assert_eq!(paths, expected);
        for table in tables() {
            let files = files_of(&table);
            let paths: Vec<&String> = files.iter().map(|(path, _)| path).collect();
            let stems: BTreeSet<&str> =
                paths.iter().filter_map(|path| path.split('.').next()).collect();
            assert!(stems.len() == 1 && paths.len() <= 3, "{paths:?}");
        }
    }
}
