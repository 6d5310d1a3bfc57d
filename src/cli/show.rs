//! `patronage show`: rows of a table as it lies in the warehouse.

use super::Show;
use super::commands::load;
use super::outcome::Outcome;
use crate::diagnostic::nearest;
use crate::publish::Warehouse;
use crate::report;
use crate::run::{self, Failure, Which};

pub(super) async fn show(args: &Show) -> Result<String, Outcome> {
    let plan = load(&args.pipeline).await?;
    if !run::published(&plan).any(|name| name == args.table) {
        let near = nearest(&args.table, run::published(&plan));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        let known: Vec<&str> = run::published(&plan).collect();
        return Err(Outcome::no_table(&args.table, help, &known));
    }
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root).map_err(Failure::from)?;
    let which = if args.staged { Which::Staged } else { Which::Published };
    let table = run::stored(&plan, &warehouse, &args.table, which).await.map_err(Failure::from)?;
    let table = table.ok_or_else(|| Outcome::nothing_to_show(&args.table, args.staged))?;
    let batches = run::rows(&warehouse, table, Some(args.limit)).await.map_err(Outcome::Engine)?;
    report::rows(&batches).map_err(|error| Outcome::Engine(error.into()))
}
