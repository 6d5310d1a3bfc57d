//! Physical plans of many queries at once: some mistakes appear only there.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{Builder, available_parallelism, scope};

use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use futures::executor::block_on;

use crate::plan::STACK;

/// Whether every plan has a physical plan, on all cores. Planning reads nothing, so that it waits for nothing.
pub(super) fn exist(plans: &[(&SessionState, &LogicalPlan)]) -> bool {
    let (next, missing) = (AtomicUsize::new(0), AtomicBool::new(false));
    let one = |(state, plan): &(&SessionState, &LogicalPlan)| {
        if block_on(state.create_physical_plan(plan)).is_err() {
            missing.store(true, Ordering::Relaxed);
        }
    };
    let work = || {
        while !missing.load(Ordering::Relaxed)
            && let Some(plan) = plans.get(next.fetch_add(1, Ordering::Relaxed))
        {
            one(plan);
        }
    };
    let threads = available_parallelism().map_or(1, usize::from);
    scope(|scope| {
        for _ in 0..threads {
            // Where no thread can be started, those that were do the work.
            let _ = Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        }
    });
    !missing.into_inner() && next.into_inner() >= plans.len()
}
