//! Analysis of a project: what could be resolved, and all mistakes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::error::{DataFusionError, Result as EngineResult};
use datafusion::prelude::SessionContext;

use super::model::{Plan, Stage, StandIn};
use super::pipeline_name;
use super::settings::{self, Settings};
use super::source::{Lookup, declared_sources, own_sources};
use super::stage::{self, Of, Resolved, Sessions};
use crate::declare::{self, TableFile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use crate::plan::source::SourcePlan;
use crate::project::Project;
use crate::session;

/// What could be resolved of a project, and its mistakes.
#[derive(Debug)]
pub struct Analysis {
    /// The stages, sources and parameters that are known. A stage with a mistake is left out, and so
    /// are those that read it; if the pipeline's own file cannot be read, nothing is known.
    pub plan: Option<Plan>,
    /// All mistakes of all files, in the order of files and lines; empty if the plan can run.
    pub wrong: Diagnostics,
}

impl Analysis {
    /// The plan, if nothing is wrong.
    ///
    /// # Errors
    /// All mistakes.
    pub fn into_result(self) -> Result<Plan, Diagnostics> {
        match self.plan {
            Some(plan) if self.wrong.is_empty() => Ok(plan),
            _ => Err(self.wrong),
        }
    }
}

/// Resolves as much of a project as can be.
pub async fn analyse(project: &Project, lookup: Lookup<'_>) -> Analysis {
    analyse_with(project, lookup, &[], session::for_planning).await
}

/// Resolves a project, or returns all its mistakes.
///
/// # Errors
/// All mistakes of all files, in the order of files and lines.
pub async fn plan(project: &Project, lookup: Lookup<'_>) -> Result<Plan, Diagnostics> {
    analyse(project, lookup).await.into_result()
}

/// The same with other values of parameters, as `name=value`. Invalid values are ignored
/// here and rejected by the request.
///
/// # Errors
/// As for [`plan()`].
pub async fn plan_with(
    project: &Project,
    lookup: Lookup<'_>,
    given: &[String],
) -> Result<Plan, Diagnostics> {
    analyse_with(project, lookup, given, session::for_planning).await.into_result()
}

/// Resolves only the sources of a pipeline.
///
/// # Errors
/// All mistakes of the pipeline's own values.
pub fn sources(
    pipeline: &Arc<SourceFile>,
    lookup: Lookup<'_>,
) -> Result<Vec<SourcePlan>, Diagnostics> {
    let mut wrong = Diagnostics::default();
    let declared = wrong.keep(declare::pipeline(pipeline));
    let sources = declared.map(|declared| {
        let own = own_sources(pipeline, &declared);
        settings::resolve(pipeline, &declared, own, lookup, &mut wrong).sources
    });
    wrong.into_result(sources.unwrap_or_default())
}

async fn analyse_with(
    project: &Project,
    lookup: Lookup<'_>,
    given: &[String],
    session: fn(Tz) -> EngineResult<SessionContext>,
) -> Analysis {
    let mut wrong = Diagnostics::default();
    let pipeline = wrong.keep(declare::pipeline(&project.pipeline));
    let tables = table_files(project, &mut wrong);
    let plan = match pipeline {
        None => None,
        Some(pipeline) => {
            pipeline_name::is_its_own(project, &pipeline.pipeline, &mut wrong);
            let declared = declared_sources(project, &pipeline, &mut wrong);
            let settings =
                settings::resolve(&project.pipeline, &pipeline, declared, lookup, &mut wrong);
            let (found, stand_ins) = stage::found(project, &pipeline, tables, &mut wrong);
            let shared = stage::shared(&found, &mut wrong);
            let (file, zone) = (&project.pipeline, settings.time_zone);
            let drafts = stage::drafts(project, &pipeline, &settings.declared, found, &mut wrong);
            let own = (file, &pipeline);
            let mut params = stage::params(own, &shared.params, &drafts, zone, &mut wrong);
            for param in &mut params {
                param.take(given);
            }
            let of = Of {
                project,
                pipeline: &pipeline,
                settings: &settings,
                shared: &shared,
                params: &params,
            };
            let sessions =
                Sessions::made_by(session, settings.time_zone).map_err(|error| no_session(&error));
            let resolved = match wrong.keep(sessions) {
                Some(sessions) => stage::stages(of, &sessions, drafts, &mut wrong).await,
                None => Resolved::default(),
            };
            stage::refuse_own_output(of, &resolved.stages, &mut wrong);
            Some(assemble(of, resolved, stand_ins))
        }
    };
    Analysis { plan, wrong: wrong.sorted() }
}

fn no_session(error: &DataFusionError) -> Diagnostic {
    let message = format!("queries cannot be planned here: {}", error.strip_backtrace());
    Diagnostic::nowhere(Code::NoSession, message)
}

/// Every table file of the project; a mistake in one does not hide those in the others.
fn table_files(project: &Project, wrong: &mut Diagnostics) -> BTreeMap<String, TableFile> {
    let yaml = project
        .files
        .iter()
        .filter(|(path, _)| Path::new(path).extension() == Some("yaml".as_ref()));
    yaml.filter_map(|(path, file)| Some((path.clone(), wrong.keep(declare::table(file))?)))
        .collect()
}

fn assemble(of: Of<'_>, resolved: Resolved, stand_ins: Vec<StandIn>) -> Plan {
    let Of { project, pipeline, settings, params, .. } = of;
    Plan {
        name: pipeline.pipeline.value.clone(),
        root: project.root.clone(),
        unit: pipeline.period,
        as_of: pipeline.as_of,
        time_zone: settings.time_zone,
        warehouse: settings.warehouse.clone(),
        older_as_of: pipeline.older_as_of,
        partition_columns: pipeline.partition_columns,
        params: params.to_vec(),
        sources: sources_of(settings, &resolved.stages),
        absent: resolved.absent,
        stages: resolved.stages,
        typed: resolved.typed,
        headlines: resolved.headlines,
        stand_ins,
    }
}

/// The sources of a pipeline; of files that others name too, only those that its stages read.
fn sources_of(settings: &Settings, stages: &[Stage]) -> Vec<SourcePlan> {
    let is_read = |name: &String| stages.iter().any(|stage| stage.inputs.contains(name));
    let all = settings.sources.iter().zip(&settings.declared);
    let wanted = all.filter(|(source, declared)| !declared.is_shared || is_read(&source.name));
    wanted.map(|(source, _)| source.clone()).collect()
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use datafusion::common::plan_datafusion_err;
    use datafusion::error::Result;
    use datafusion::prelude::SessionContext;

    use super::{Analysis, analyse, analyse_with};
    use crate::diagnostic::SourceFile;
    use crate::plan::ParamPlan;
    use crate::project::Project;

    const PIPELINE: &str = "\
pipeline: shop
warehouse: out
sources:
  raw_orders:
    location: raw/*.csv
    format: csv
    columns: {order_id: {type: string}, amount: {type: \"decimal(18,2)\"}}
stages: [sql/*]
headlines: {Orders: select count(*) from orders}
";

    fn project(pipeline: &str, stages: &[(&str, &str)]) -> Project {
        let file = |path: &str, text: &str| SourceFile::new(path, text);
        let stages = stages.iter().map(|(name, sql)| file(&format!("sql/{name}.sql"), sql));
        Project::in_memory(file("p.yaml", pipeline), stages)
    }

    async fn analysed(pipeline: &str, stages: &[(&str, &str)]) -> Analysis {
        analyse(&project(pipeline, stages), &|_| None).await
    }

    fn codes(analysis: &Analysis) -> Vec<&str> {
        analysis.wrong.iter().map(|wrong| wrong.code.name()).collect()
    }

    /// The columns of each stage that is known.
    fn columns(analysis: &Analysis) -> Vec<String> {
        let stages = analysis.plan.iter().flat_map(|plan| &plan.stages);
        let names = stages.map(|stage| {
            let columns: Vec<&str> = stage.columns.iter().map(|it| it.name.as_str()).collect();
            format!("{}: {}", stage.name, columns.join(", "))
        });
        names.collect()
    }

    #[tokio::test]
    async fn a_broken_stage_leaves_the_columns_of_the_others_known() {
        let stages = [
            ("big", "select order_id, amount * 2 as twice from orders"),
            ("broken", "select amuont from orders"),
            ("behind", "select * from broken"),
            ("orders", "select order_id, amount from raw_orders"),
        ];
        let analysis = analysed(PIPELINE, &stages).await;
        assert_eq!(codes(&analysis), ["unknown-column"]);
        assert_eq!(columns(&analysis), ["orders: order_id, amount", "big: order_id, twice"]);
        let plan = analysis.plan.as_ref().unwrap();
        assert_eq!(plan.headlines.len(), 1);
        assert_eq!(plan.sources[0].columns[1].name, "amount");
        let wrong = analysis.into_result().unwrap_err();
        assert_eq!(wrong.iter().count(), 1);
    }

    #[tokio::test]
    async fn the_typed_query_of_a_stage_tells_where_each_column_comes_from() {
        let stages = [("orders", "select order_id as id, amount * 2 as twice from raw_orders")];
        let plan = analysed(PIPELINE, &stages).await.into_result().unwrap();
        let typed = &plan.typed["orders"];
        let names: Vec<&str> = typed.schema.fields().iter().map(|it| it.name().as_str()).collect();
        assert_eq!(names, ["id", "twice"]);
        let shown = typed.plan.display_indent().to_string();
        assert!(shown.contains("raw_orders.order_id AS id"), "{shown}");
        assert!(shown.contains("TableScan: raw_orders"), "{shown}");
    }

    const LEAST: &str = "
params:
  least: {type: int64, default: 1}
  most: {type: int64, default: 9}
headlines:
  Orders: select count(*) from orders
  Total: select sum(amount) from orders
";

    /// A pipeline without its own headlines, with one stage and its declarations.
    fn shared(pipeline: &str, beside: &str) -> Project {
        let own = PIPELINE.split("headlines").next().unwrap();
        let sql = "select order_id, amount from raw_orders where amount between $least and $most";
        let mut project = project(&format!("{own}{pipeline}"), &[("orders", sql)]);
        let table = SourceFile::new("sql/orders.yaml", beside);
        project.files.insert("sql/orders.yaml".into(), table.into());
        project
    }

    /// The parameters with their values, and the titles of the headlines.
    async fn told(pipeline: &str) -> (Vec<String>, Vec<String>) {
        let plan = analyse(&shared(pipeline, LEAST), &|_| None).await.into_result().unwrap();
        let params = plan.params.iter().map(|it| {
            format!("{} {} {}", it.name, it.data_type, it.value.as_deref().unwrap_or("?"))
        });
        (params.collect(), plan.headlines.iter().map(|it| it.title.clone()).collect())
    }

    #[tokio::test]
    async fn a_pipeline_has_what_its_stages_declare() {
        let (params, headlines) = told("").await;
        assert_eq!(params, ["least int64 1", "most int64 9"]);
        assert_eq!(headlines, ["Orders", "Total"]);
    }

    #[tokio::test]
    async fn a_pipeline_says_what_differs_or_declares_anew() {
        let own = "
params: {most: {default: 5}, least: {type: float64}}
headlines: {Total: false, First: select 1}
";
        let (params, headlines) = told(own).await;
        assert_eq!(params, ["most int64 5", "least float64 ?"]);
        assert_eq!(headlines, ["First", "Orders"]);
    }

    /// A canonical table `products`, its stage, and what a table of another stage says.
    async fn with_products(sql: Option<&str>, beside: &str) -> Analysis {
        let mut project = shared("", beside);
        let columns = "columns:\n  unit_cost: {type: int64, description: What a unit costs.}\n";
        let pipeline = project.pipeline.text.replace("sql/*", "sql/**");
        project.pipeline = SourceFile::new("p.yaml", pipeline).into();
        let stage = sql.map(|sql| ("sql/own/products.sql", sql));
        for (path, text) in [("sql/products.yaml", columns)].into_iter().chain(stage) {
            project.files.insert(path.into(), SourceFile::new(path, text).into());
        }
        analyse(&project, &|_| None).await
    }

    #[tokio::test]
    async fn what_nobody_provides_decides_a_default_and_hides_a_headline() {
        let beside = "params:
  least: {type: int64, default: 1, without: {products.unit_cost: 2}}
  most: {type: int64, default: 9, without: {products: 8}}
rests_on: products.unit_cost
headlines: {Orders: select count(*) from orders}
";
        for (products, expected, is_shown) in [
            (None, ["least 2", "most 8"], false),
            (Some("select cast((null) as bigint) as unit_cost"), ["least 2", "most 9"], false),
            (Some("select cast(1 as bigint) as unit_cost"), ["least 1", "most 9"], true),
        ] {
            let plan = with_products(products, beside).await.into_result().unwrap();
            let value = |it: &ParamPlan| format!("{} {}", it.name, it.value.as_deref().unwrap());
            assert_eq!(plan.params.iter().map(value).collect::<Vec<_>>(), expected, "{products:?}");
            assert_eq!(plan.headlines.len(), usize::from(is_shown), "{products:?}");
        }
    }

    #[tokio::test]
    async fn what_rests_on_no_canonical_table_is_a_mistake_and_so_is_a_default_of_another_type() {
        let beside = "params:
  least: {type: int64, default: 1, without: {products.unit_cots: 2}}
  most: {type: int64, default: 9, without: {products: many}}
rests_on: product
";
        let provided = "select cast(1 as bigint) as unit_cost";
        let analysis = with_products(Some(provided), beside).await;
        insta::assert_snapshot!(messages(&analysis), @r"
        sql/orders.yaml:2 the canonical table `products` has no column `unit_cots`: did you mean `unit_cost`?
        sql/orders.yaml:3 `most` must be int64, not `many`: write a whole number, such as `3`
        sql/orders.yaml:4 `product` is not a canonical table of the pipeline: did you mean `products`?
        ");
    }

    /// What is wrong, each with its place and what helps.
    fn messages(analysis: &Analysis) -> String {
        let said = analysis.wrong.iter().map(|it| {
            let (path, at) = it.position().unwrap();
            let help = it.help.as_deref().unwrap_or_default();
            format!("{path}:{} {}: {help}", at.line, it.message)
        });
        said.collect::<Vec<_>>().join("\n")
    }

    #[tokio::test]
    async fn what_differs_from_nothing_is_a_mistake_and_so_is_a_second_declaration() {
        let own = "params: {lest: {default: 5}}\nheadlines: {Totals: false}\n";
        let mut project = shared(own, LEAST);
        let again = SourceFile::new("sql/other.yaml", "params: {least: {}}\ncolumns: {}\n");
        project.files.insert("sql/other.yaml".into(), again.into());
        let analysis = analyse(&project, &|_| None).await;
        insta::assert_snapshot!(messages(&analysis), @r"
        p.yaml:9 the parameter `lest` has no type, and no stage declares it: did you mean `least`?
        p.yaml:10 no stage declares the headline `Totals`: did you mean `Total`?
        sql/other.yaml:1 `sql/orders.yaml` already declares the parameter `least`: declare it once: every query of a pipeline that runs the stage knows it
        ");
    }

    #[tokio::test]
    async fn of_a_pipeline_that_cannot_be_read_nothing_is_known_but_its_tables_are_looked_at() {
        let mut project = project("pipeline: [", &[]);
        let table = SourceFile::new("sql/a.yaml", "keys: [a]");
        project.files.insert("sql/a.yaml".into(), table.into());
        let analysis = analyse(&project, &|_| None).await;
        assert!(analysis.plan.is_none());
        assert_eq!(codes(&analysis), ["wrong-type", "unknown-key"]);
    }

    #[tokio::test]
    async fn without_a_session_nothing_passes_for_right() {
        let none = |_: Tz| -> Result<SessionContext> {
            Err(plan_datafusion_err!("no folder for what spills"))
        };
        let project = project(PIPELINE, &[("orders", "select 1 as one")]);
        let analysis = analyse_with(&project, &|_| None, &[], none).await;
        assert_eq!(codes(&analysis), ["no-session"]);
        assert!(analysis.into_result().unwrap_err().to_string().contains("no folder"));
    }
}
