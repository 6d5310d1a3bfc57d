//! The marts that are part of the program: used from any folder, and replaced by files of a project.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use patronage::declare::{self, Use};
use patronage::diagnostic::SourceFile;
use patronage::marts::{self, FAMILIES, Family};
use patronage::plan;
use patronage::project::Project;
use serde_json::Value;
use tempfile::TempDir;

use super::Ended;
use crate::support::files::files;
use crate::support::{program, repository};

const PIPELINE: &str = "pipelines/own.yaml";

/// A folder with a pipeline in it, and nothing else of this repository.
struct Folder(TempDir);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = Self(TempDir::new().unwrap());
        folder.write(PIPELINE, &format!("pipeline: own\nwarehouse: warehouse\n{text}"))
    }

    fn write(self, path: &str, text: &str) -> Self {
        let whole = self.0.path().join(path);
        fs::create_dir_all(whole.parent().unwrap()).unwrap();
        fs::write(whole, text).unwrap();
        self
    }

    fn does(&self, line: &str) -> Ended {
        let mut command = program::command(self.0.path());
        Ended::of(&command.args(line.split_whitespace()).output().unwrap())
    }

    /// What a command prints that goes well.
    fn says(&self, line: &str) -> String {
        let Ended { code, stdout, stderr } = self.does(line);
        assert_eq!(code, 0, "{line}\n{stderr}");
        stdout
    }

    /// What `check` says of a mistake.
    fn mistake(&self) -> String {
        let Ended { code, stderr, .. } = self.does("check pipelines/own.yaml");
        assert_eq!(code, 2, "{stderr}");
        stderr
    }

    /// The tables for which a file of the project is reported: the files, and whether they replace those of the program.
    fn stand_ins(&self) -> Vec<(String, String, bool)> {
        let printed = self.says("plan pipelines/own.yaml --as-of 2026-01-01 --format json");
        let plan: Value = serde_json::from_str(&printed).unwrap();
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let each = plan["stand_ins"].as_array().unwrap().iter();
        let each = each.map(|it| (text(&it["own"]), text(&it["program"]), it["used"] == true));
        each.collect()
    }

    fn path(&self, below: &str) -> std::path::PathBuf {
        self.0.path().join(below)
    }
}

/// What is wrong with a pipeline that uses some families and has no data for any of them.
async fn wrong(used: &str) -> String {
    let folder = Folder::with(&format!("use: {used}\n"));
    let project = Project::open(&folder.path(PIPELINE)).unwrap();
    let analysis = plan::analyse(&project, &|_| None).await;
    let stages = analysis.plan.as_ref().map_or(0, |plan| plan.stages.len());
    assert!(stages > 0 || used == "[canonical]", "{used} has no stage");
    match plan::unit_tests(&project, &analysis.plan.unwrap()).await.1 {
        wrong if analysis.wrong.is_empty() => wrong.to_string(),
        _ => analysis.wrong.to_string(),
    }
}

#[tokio::test]
async fn families_work_with_what_they_bring_and_nothing_else() {
    for family in ["canonical", "core", "reconciliation", "loyalty", "programme", "equity"] {
        assert_eq!(wrong(&format!("[{family}]")).await, "", "{family}");
    }
}

/// The family of a table of the program.
fn family(table: &str) -> &'static str {
    let files = marts::files_of(table);
    let (path, _) = files.first().unwrap_or_else(|| panic!("no file of {table}"));
    marts::family_of(path).unwrap().name
}

/// The families that declare a parameter.
fn declaring() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut declaring: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    let files = FAMILIES.iter().flat_map(|family| marts::files(family.name));
    for (path, text) in files.filter(|(path, _)| is_table_file(path)) {
        let table = declare::table(&SourceFile::new(&path, text).into()).unwrap();
        for (name, _) in table.params.iter() {
            let family = marts::family_of(&path).unwrap().name;
            declaring.entry(name.value.clone()).or_default().insert(family);
        }
    }
    declaring
}

fn is_table_file(path: &str) -> bool {
    let stem = path.strip_suffix(".yaml");
    stem.is_some_and(|stem| stem.strip_suffix(".tests").is_none())
}

#[tokio::test]
async fn every_family_brings_what_its_stages_and_checks_need() {
    let folder = Folder::with("use: all\n");
    let project = Project::open(&folder.path(PIPELINE)).unwrap();
    let plan = plan::plan(&project, &|_| None).await.unwrap();
    let (declaring, mut needs) = (declaring(), 0);
    for stage in &plan.stages {
        let of = family(&stage.name);
        let brought: BTreeSet<&str> = marts::brought([of]).iter().map(|it| it.name).collect();
        let tables = stage.inputs.iter().chain(stage.checks.iter().flat_map(|it| &it.reads));
        for table in tables {
            assert!(brought.contains(family(table)), "{} of {of} needs {table}", stage.name);
            needs += 1;
        }
        for name in stage.parameters.iter().filter(|name| declaring.contains_key(*name)) {
            let is_declared = declaring[name].iter().any(|family| brought.contains(family));
            assert!(is_declared, "{} of {of} needs ${name}", stage.name);
        }
    }
    assert!(needs > 200, "{needs}");
}

/// Parameters, headlines and lists of families, each as it is written.
fn sayings(pipeline: &Path) -> Vec<String> {
    let text = fs::read_to_string(pipeline).unwrap();
    let file = SourceFile::new(pipeline.to_string_lossy(), text).into();
    let pipeline = declare::pipeline(&file).unwrap();
    let params = pipeline.params.iter().map(|(name, param)| {
        let default = param.default.as_ref().map(|default| default.value.as_str());
        format!("{} = {}", name.value, default.unwrap_or_default())
    });
    let shown = pipeline.headlines.iter().filter(|(_, query)| query.value != "false");
    let queries = shown.map(|(_, query)| query.value.clone());
    let titles = pipeline.headlines.iter().map(|(title, _)| title.value.clone());
    let names = pipeline.uses.map(|uses| Use::names(&uses)).unwrap_or_default();
    let several = (names.len() > 1).then(|| names.iter().map(|name| name.value.clone()).collect());
    params.chain(queries).chain(titles).chain(several).collect()
}

/// What several would say stands beside the stages that it is about, or follows from what stages provide.
#[test]
fn shipped_pipelines_say_only_what_differs() {
    let mut said = BTreeMap::new();
    for pipeline in files(&repository().join("pipelines")) {
        for saying in sayings(&pipeline) {
            let first = said.insert(saying.clone(), pipeline.clone());
            assert!(first.is_none(), "{} and {first:?} say {saying}", pipeline.display());
        }
    }
    assert!(said.len() > 20, "{said:?}");
}

#[test]
fn every_family_is_in_the_documents() {
    let text = fs::read_to_string(repository().join("docs/pipelines.md")).unwrap();
    for Family { name, about, needs } in FAMILIES {
        let needs = needs.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
        let needs = if needs.is_empty() { "–".to_owned() } else { needs };
        let row = format!("| `{name}` | {about} | {needs} |");
        assert!(text.contains(&row), "docs/pipelines.md lacks {row}");
    }
}

#[test]
fn a_family_that_is_not_there_is_told_in_its_place() {
    let folder = Folder::with("use: [core, loyalti]\n");
    insta::assert_snapshot!(folder.mistake().trim_end(), @r"
    error[no-family]: the program has no family of tables `loyalti`
     --> pipelines/own.yaml:3:13
      |
    3 | use: [core, loyalti]
      |             ^^^^^^^
      |
      = help: did you mean `loyalty`?
    ");
    let alone = Folder::with("use: everything\n").mistake();
    assert!(alone.contains("pipelines/own.yaml:3:6"), "{alone}");
    assert!(alone.contains("the families are `canonical`, `core`"), "{alone}");
    let folder = Folder::with("stages: [sql/loyalty/*]\n").mistake();
    assert!(folder.contains("write `use: [loyalty]`"), "{folder}");
}

#[test]
fn a_mistake_in_a_file_of_the_program_says_whose_it_is() {
    let yaml = "columns: {buyer_id: {type: string, description: The customer.}}\n";
    let folder = Folder::with("use: [core]\nstages: [sql/*]\n")
        .write("sql/dim_customer.sql", "select customer_id as buyer_id from customers")
        .write("sql/dim_customer.yaml", yaml);
    let told = folder.mistake();
    assert!(told.contains("--> marts/core/fact_order_line.yaml:"), "{told}");
    assert!(
        told.contains("= note: `marts/core/fact_order_line.yaml` is a file of the program"),
        "{told}"
    );
}

#[test]
fn what_is_ejected_stands_in_once_stages_name_it() {
    let folder = Folder::with("use: [core]\n");
    let told = folder.says("eject dim_customer");
    assert!(
        told.ends_with(
            "add `sql/core/*` to `stages` of a pipeline: there they replace those of the program\n"
        ),
        "{told}"
    );
    for ending in ["sql", "yaml", "tests.yaml"] {
        let own = fs::read(folder.path(&format!("sql/core/dim_customer.{ending}"))).unwrap();
        let program = repository().join(format!("marts/core/dim_customer.{ending}"));
        assert!(own == fs::read(program).unwrap(), "{ending}");
    }
    let used = |it: &(String, String, bool)| it.2;
    assert!(!folder.stand_ins().iter().any(used), "{:?}", folder.stand_ins());
    let check = folder.says("check pipelines/own.yaml");
    let unused = "dim_customer: `sql/core/dim_customer.sql` is not used, since no entry of `stages` names it";
    assert!(check.contains(unused), "{check}");

    let text = fs::read_to_string(folder.path(PIPELINE)).unwrap();
    let folder = folder.write(PIPELINE, &(text + "stages: [sql/core/*]\n"));
    let files = ["sql", "yaml", "tests.yaml"].map(|ending| {
        let path = format!("core/dim_customer.{ending}");
        (format!("sql/{path}"), format!("marts/{path}"), true)
    });
    assert_eq!(folder.stand_ins(), files);
    let plan = folder.says("plan pipelines/own.yaml --as-of 2026-01-01");
    assert!(
        plan.contains(
            "`sql/core/dim_customer.sql` replaces `marts/core/dim_customer.sql` of the program"
        ),
        "{plan}"
    );
    let tests = folder.says("test pipelines/own.yaml");
    assert!(tests.contains("sql/core/dim_customer.tests.yaml"), "{tests}");
    assert!(!tests.contains("marts/core/dim_customer.tests.yaml"), "{tests}");
    assert!(tests.contains("marts/core/fact_order_line.tests.yaml"), "{tests}");
}

#[test]
fn what_is_there_is_not_written_over_and_nothing_is_written_beside_it() {
    let folder = Folder::with("").write("sql/core/dim_customer.yaml", "mine");
    let ended = folder.does("eject fact_order_line dim_customer");
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("dim_customer.yaml` is there already"), "{}", ended.stderr);
    assert_eq!(files(&folder.path("sql")).len(), 1);
    let ended = folder.does("eject dim_custmer");
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("did you mean `dim_customer`?"), "{}", ended.stderr);
}

#[test]
fn a_table_file_alone_stands_in_and_so_do_tests_alone() {
    let yaml = repository().join("marts/core/dim_customer.yaml");
    let yaml = fs::read_to_string(yaml).unwrap().replace("Customers who bought:", "Buyers:");
    let tests = "tests:\n  nobody_is_nobody:\n    given: {customers: [], customer_purchase_day: []}\n    expect: []\n";
    let folder = Folder::with("use: [core]\nstages: [sql/own]\n")
        .write("sql/own/dim_customer.yaml", &yaml)
        .write("sql/own/fact_order_line.tests.yaml", tests);
    let own = |table: &str, ending: &str| {
        (format!("sql/own/{table}.{ending}"), format!("marts/core/{table}.{ending}"), true)
    };
    let both = [own("dim_customer", "yaml"), own("fact_order_line", "tests.yaml")];
    let Ended { stderr, .. } = folder.does("check pipelines/own.yaml");
    assert!(stderr.contains("sql/own/fact_order_line.tests.yaml"), "{stderr}");
    fs::remove_file(folder.path("sql/own/fact_order_line.tests.yaml")).unwrap();
    assert_eq!(folder.stand_ins(), both[..1]);
    let twice = folder.write("sql/own/again/dim_customer.yaml", &yaml).mistake();
    assert!(twice.contains("both replace the program's `dim_customer`"), "{twice}");
}

#[test]
fn a_project_to_begin_with_is_sound() {
    let folder = Folder(TempDir::new().unwrap());
    let told = folder.says("init shop");
    assert!(told.contains("cd shop"), "{told}");
    let shop = folder.path("shop");
    let does = |line: &str| {
        let mut command = program::command(&shop);
        Ended::of(&command.args(line.split_whitespace()).output().unwrap())
    };
    let check = does("check pipelines/nightly.yaml");
    assert_eq!(check.code, 0, "{}", check.stderr);
    let demo = does("demo --customers 20 --months 3");
    assert_eq!(demo.code, 0, "{}", demo.stderr);
    let run =
        does("run pipelines/nightly.yaml --as-of 2023-04-01 --select dim_customer,fact_order_line");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(shop.join("warehouse/dim_customer").is_dir());
    let again = folder.does("init shop");
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("`shop/pipelines` is there already"), "{}", again.stderr);
    let same = |path: &Path| {
        fs::read(shop.join(path)).unwrap() == fs::read(repository().join(path)).unwrap()
    };
    assert!(files(&shop.join("sql")).iter().all(|file| same(file.strip_prefix(&shop).unwrap())));
}
