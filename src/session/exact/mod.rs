//! Arithmetic that is exact or an error, and type errors that are reported before the run.
//!
//! DataFusion 55.2 computes some things differently from what a reader of SQL expects, without
//! an error. This folder replaces these parts. What is replaced, why, and where:
//!
//! | file | what the engine does | what happens instead |
//! |---|---|---|
//! | `operator` | `+ - * <<` of integers wrap (`BinaryExpr` fails on overflow only where a caller sets `with_fail_on_overflow`, which no setting reaches); decimals pass 38 digits; `/` of decimals is cut at four more digits | computed in 128 bits (256 where needed), rounded half away from zero, checked against the type |
//! | `planner` | no operator knows where it was written; `sum(x)` and `sum(cast(x as double))` have one name | each exact operator and sum has its position; casts are part of the name |
//! | `unplanned` | `-x` wraps; operators that no planner sees (within lambdas) | the same operators, inserted by a rule |
//! | `total` | `sum` wraps (`add_wrapping`), also in windows and over distinct values; `avg` of integers adds floats; `avg` of decimals cuts; floats are added in the order in which they come | totals of 128 or 256 bits, checked against the type at the end; floats without rounding (`superaccumulator`) |
//! | `quantile` | `percentile_cont` takes its fraction in millionths; `median` of decimals cuts | fractions as they are written |
//! | `ordered` | two `string_agg` with different orders are refused | each sorts by itself |
//! | `spread` | variances, covariances and regressions of decimals and integers go through floats, and depend on the order of rows | sums of 256 bits, of floats without rounding |
//! | `named_cast` | a cast has the name of its operand, and two keys of one name are rejected | if both exist, a name that includes the cast |
//! | `window` | moving windows of floats keep what has left them; some aggregates cannot move | every result from the rows of its window |
//! | `rounding`, `written` | floats are rounded and cut after a multiplication; integers go through floats | floats as they are written, integers as they are |
//! | `cast` | floats become decimals through a multiplication; timestamps are truncated towards 1970 | floats as they are written; timestamps are rounded down |
//! | `frame` | a number in a frame over dates is months; a frame that passes the last number of a type has no end | days; the type of the order is wide enough for the frame |
//! | `meeting` | a float beside a decimal becomes decimal(31,15); decimals of more than 38 digits together are cast to a type that cannot represent them; decimals of up to 76 digits wrap | a decimal beside a float is a float; compared with 76 digits; refused |
//! | `alternatives` | `nvl`, `coalesce`, `nullif` and similar functions have different rules for text, or cast numbers to text | one rule: constants are converted, other text is rejected |
//! | `implicit` | text is cast implicitly, and the first text that is not a number stops the run | rejected when planned |
//!
//! Everything is registered by [`install`] and [`register`], which only `session` calls.

mod alternatives;
mod between;
mod cast;
mod chain;
mod decimal;
mod fraction;
mod frame;
mod implicit;
mod meeting;
mod named_cast;
mod operands;
mod operator;
mod ordered;
mod planner;
mod quantile;
mod rounding;
mod spread;
mod superaccumulator;
mod total;
mod unplanned;
mod window;
mod written;

use std::sync::Arc;

use datafusion::execution::SessionStateBuilder;
use datafusion::optimizer::Analyzer;
use datafusion::prelude::SessionContext;

use super::{moments, promised};

pub(super) use self::chain::{Chain, Link, schema_name, written};
pub(crate) use self::named_cast::NAMED_CAST;
pub(super) use self::operator::is_part_of;
pub(crate) use self::planner::{Site, planned};

/// Adds the rules of this folder to the engine's.
pub(super) fn install(mut builder: SessionStateBuilder) -> SessionStateBuilder {
    let options = builder.config().get_or_insert_default().options();
    let planner = planner::Planner::of_moments(moments::moment(options));
    let mut analysis: Vec<_> = Analyzer::new().rules.into_iter().map(implicit::told).collect();
    analysis.push(Arc::new(unplanned::Unplanned));
    builder
        .with_analyzer_rules(analysis)
        .with_optimizer_rules(promised::rules())
        .with_expr_planners(vec![Arc::new(planner)])
}

/// Replaces functions of the engine.
pub(super) fn register(session: &SessionContext) {
    let totals = [total::sum(None), total::average(None)];
    let ordered = [ordered::string_agg()];
    let all = totals
        .into_iter()
        .chain(ordered)
        .chain(quantile::all())
        .chain(window::all())
        .chain(spread::all());
    for aggregate in all {
        session.register_udaf(aggregate);
    }
    session.register_udf(named_cast::named_cast());
    for function in rounding::all().into_iter().chain(alternatives::all()) {
        session.register_udf(function);
    }
}
