//! Stages: selected, ordered, typed, checked against their contracts.
//!
//! ```text
//! used   ─▶ graph ─▶ typing ─▶ contract ─▶ reading
//! files     drafts   what      columns,    checks and
//! by        in an    queries   layout,     headlines on
//! pattern   order    yield     key         what is built
//! ```

mod check;
mod columns;
mod contract;
mod draft;
mod graph;
mod headline;
mod history;
mod layout;
mod own_output;
mod param;
mod physical;
mod provided;
mod published_name;
mod readable;
mod reading;
mod select;
mod shared;
mod typing;
mod used;
mod versions;

use chrono_tz::Tz;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;

pub(super) use self::graph::drafts;
pub(super) use self::own_output::refuse as refuse_own_output;
pub(super) use self::param::params;
pub(super) use self::shared::{Shared, shared};
pub(super) use self::typing::{Resolved, stages};
pub(super) use self::used::found;
pub use self::versions::versions;
use super::param::ParamPlan;
use super::settings::Settings;
use crate::declare::Pipeline;
use crate::project::Project;

/// What every stage is part of.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) project: &'a Project,
    pub(super) pipeline: &'a Pipeline,
    pub(super) settings: &'a Settings,
    pub(super) shared: &'a Shared,
    pub(super) params: &'a [ParamPlan],
}

/// Where queries are planned: those of stages see the tables that stages make of each other, those of
/// checks and headlines what a reader of the run sees.
pub(super) struct Sessions {
    stages: SessionContext,
    readers: SessionContext,
}

impl Sessions {
    /// Two sessions that share nothing.
    ///
    /// # Errors
    /// One cannot be made.
    pub(super) fn made_by(make: fn(Tz) -> Result<SessionContext>, zone: Tz) -> Result<Self> {
        Ok(Self { stages: make(zone)?, readers: make(zone)? })
    }
}
