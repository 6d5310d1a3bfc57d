//! The result type of a query, found by planning it over the tables of a session, down to the
//! physical plan: some mistakes appear only there.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;

use super::{Origin, Query, locate, problem};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::plan::param::Bindings;
use crate::plan::rule::Rule;
use crate::session;

/// A query whose types are known.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The columns it yields.
    pub schema: SchemaRef,
    /// The query as the engine understands it: every name resolved, every cast explicit, before
    /// optimisation. Its tables are empty.
    pub plan: LogicalPlan,
}

impl Typed {
    /// Plans a query.
    ///
    /// # Errors
    /// The query cannot be planned.
    pub(super) async fn of(
        session: &SessionContext,
        query: &Query,
        bindings: &Bindings,
    ) -> Result<Self, DataFusionError> {
        let plan = query.planned(&session.state(), bindings).await?;
        Self::planned(session, plan, Until::Physical).await
    }

    /// The columns of a plan.
    async fn planned(
        session: &SessionContext,
        plan: LogicalPlan,
        until: Until,
    ) -> Result<Self, DataFusionError> {
        let fields = plan.schema().fields().iter().cloned();
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        if until == Until::Physical {
            session.state().create_physical_plan(&plan).await?;
        }
        Ok(Self { schema, plan })
    }
}

/// How far queries are planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan) enum Until {
    /// To the types of their columns.
    Types,
    /// Down to the physical plan: some mistakes appear only there.
    Physical,
}

/// Undeclared parameters.
fn unknown_parameters(query: &Query, bindings: &Bindings) -> Vec<Diagnostic> {
    let unknown = query.parameters().into_iter().filter(|(name, _)| !bindings.contains_key(name));
    unknown
        .map(|(name, place)| {
            let written = if name == "?" { name.clone() } else { format!("${name}") };
            let message = format!("nobody declares the parameter `{written}`");
            let known = bindings.keys().map(String::as_str);
            let help = match crate::diagnostic::nearest(&name, known) {
                Some(near) => format!("did you mean `${near}`?"),
                None if name.starts_with("period_") => {
                    "checks and headlines see all periods: read the column `period`".to_owned()
                }
                None => "name a parameter as `$name`, and add it to the pipeline's `params`".into(),
            };
            Diagnostic::new(Code::UnknownParameter, message, place).help(help)
        })
        .collect()
}

/// The result type of a query; if it has a mistake, `None` and a recorded problem.
pub(in crate::plan) async fn typed(
    session: &SessionContext,
    query: &Query,
    bindings: &Bindings,
    until: Until,
    wrong: &mut Diagnostics,
) -> Option<Typed> {
    let mut mistakes = unknown_parameters(query, bindings);
    let twice = query.repeated_output().map(|(name, place)| {
        Diagnostic::new(
            Code::DuplicateColumn,
            format!("the column `{name}` is yielded twice"),
            place,
        )
        .help("give one of the two another name with `as`")
    });
    mistakes.extend(twice);
    if !mistakes.is_empty() {
        for mistake in mistakes {
            wrong.push(mistake);
        }
        return None;
    }
    let planned = async {
        let plan = query.planned(&session.state(), bindings).await?;
        Typed::planned(session, plan, until).await
    };
    match planned.await {
        Ok(typed) => Some(typed),
        Err(error) => {
            wrong.push(mistake(session, query, bindings, &error).await);
            None
        }
    }
}

/// The columns of the rows that break a declared rule, or `None` and a recorded problem.
pub(in crate::plan) async fn typed_rule(
    session: &SessionContext,
    rule: &Rule,
    place: &Place,
    until: Until,
    wrong: &mut Diagnostics,
) -> Option<Typed> {
    let typed =
        async { Typed::planned(session, rule.broken(&session.state()).await?, until).await };
    let typed = typed.await.map_err(|error| {
        let origin = Origin::Value(place.clone());
        problem::planning(&origin, &functions(session), &error).at(place.clone())
    });
    wrong.keep(typed)
}

/// The planner's error, at its position.
async fn mistake(
    session: &SessionContext,
    query: &Query,
    bindings: &Bindings,
    error: &DataFusionError,
) -> Diagnostic {
    if let Some(error) = session::OutOfRange::find(error) {
        let mistake = error.diagnostic();
        return match mistake.place {
            Some(_) => mistake,
            None => Diagnostic { place: Some(query.origin.start()), ..mistake },
        };
    }
    let problem = problem::planning(&query.origin, &functions(session), error);
    let place = match &problem.place {
        Some(place) => Some(place.clone()),
        None => locate::culprit(session, query, bindings, &problem.text).await,
    };
    problem.at(place.unwrap_or_else(|| query.origin.start()))
}

/// The functions that a query can call.
fn functions(session: &SessionContext) -> Vec<String> {
    let state = session.state();
    let (scalar, aggregate) = (state.scalar_functions(), state.aggregate_functions());
    let window = state.window_functions().keys();
    let mut names: Vec<String> =
        scalar.keys().chain(aggregate.keys()).chain(window).cloned().collect();
    names.sort();
    names
}
