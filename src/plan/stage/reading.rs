//! Checks and headlines, which see tables as readers do: complete, with their partition columns.

use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;

use super::draft::Drafts;
use super::history::row_key;
use super::readable::Readable;
use super::typing::{Resolved, register};
use super::{Of, check, headline};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::model::{Asks, ColumnPlan, Headline, Stage, schema};
use crate::plan::param::Bindings;
use crate::plan::query::{Query, Typed, Until, typed, typed_rule};

/// Types the checks of every stage, and the headlines.
pub(super) async fn queries(
    of: Of<'_>,
    session: &SessionContext,
    (mut bindings, until): (Bindings, Until),
    drafts: &Drafts,
    resolved: &mut Resolved,
    wrong: &mut Diagnostics,
) {
    let readable = Readable::new(drafts, &resolved.stages, &resolved.absent);
    for (name, columns) in &readable.tables {
        register(session, name, schema(columns));
    }
    bindings.retain(|name, _| !name.starts_with("period_"));
    let reading = Reading { of, session, bindings: &bindings, until, readable: &readable };
    let asked = &mut resolved.asked;
    for stage in &mut resolved.stages {
        reading.checks(stage, drafts, asked, wrong).await;
    }
    for (title, query) in headline::queries(of, drafts, wrong) {
        let headline = reading.headline(title, query, asked, wrong).await;
        resolved.headlines.extend(headline);
    }
}

struct Reading<'a> {
    of: Of<'a>,
    session: &'a SessionContext,
    bindings: &'a Bindings,
    until: Until,
    readable: &'a Readable,
}

impl Reading<'_> {
    async fn checks(
        &self,
        stage: &mut Stage,
        drafts: &Drafts,
        asked: &mut Vec<LogicalPlan>,
        wrong: &mut Diagnostics,
    ) {
        let contracts = drafts.contracts(&stage.name);
        let (project, zone) = (self.of.project, self.of.settings.time_zone);
        stage.checks = check::queries(project, (&*stage, zone), &contracts, self.readable, wrong);
        let keys = contracts.iter().flat_map(|(_, table)| row_key(table, stage.per_period));
        let key: Vec<String> = keys.map(|name| name.value).collect();
        for check in &mut stage.checks {
            let typed = match &check.asks {
                Asks::Query(query) => self.typed(query, wrong).await,
                Asks::Rule(rule, place) => {
                    typed_rule(self.session, rule, place, self.until, wrong).await
                }
            };
            if let Some(typed) = typed {
                asked.push(typed.plan);
                let fields = typed.schema.fields().iter();
                let columns = fields.map(|it| ColumnPlan::new(it.name(), it.data_type().clone()));
                check.yields(columns.collect(), &key);
            }
        }
    }

    async fn headline(
        &self,
        title: String,
        query: Query,
        asked: &mut Vec<LogicalPlan>,
        wrong: &mut Diagnostics,
    ) -> Option<Headline> {
        let typed = self.typed(&query, wrong).await?;
        asked.push(typed.plan);
        match typed.schema.fields().len() {
            1 => Some(Headline { title, query }),
            columns => {
                let message = format!("a headline is one value, not {columns} columns");
                let diagnostic = Diagnostic::new(Code::Headline, message, query.origin.start());
                wrong.push(diagnostic.help("select one column, and write a headline for each"));
                None
            }
        }
    }

    async fn typed(&self, query: &Query, wrong: &mut Diagnostics) -> Option<Typed> {
        if !self.readable.answers(query, wrong) {
            return None;
        }
        typed(self.session, query, self.bindings, self.until, wrong).await
    }
}
