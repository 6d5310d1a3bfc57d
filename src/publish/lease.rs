//! Which runs are active in a warehouse: what dead runs left is removed, and what living ones need is not.
//!
//! On a local file system a run holds a lock on its folder ([`Lock`]), so that its end is known at once. In an object
//! store it holds a lease, an object that it rewrites periodically: once that has expired, the run has ended, or has been
//! stopped for so long that it counts as dead. Should it resume, its staged files have been
//! removed, and it publishes nothing. A lease names the process that holds it, so that runs of the
//! same machine know its end at once; and a run that fails and leaves something behind records that
//! it has ended, so that no run waits for its lease.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::records::Record;
use super::staging::stage;
use super::{PublishError, Staged, Warehouse};
use crate::store::{Lock, Process};

/// How often a lease is renewed.
const RENEWED: Duration = Duration::from_secs(30);
/// For how many seconds after that its run counts as alive.
const LASTS: u32 = 5 * 60;
/// The same of a lease that does not say it: those of earlier versions were renewed every five minutes.
const UNSAID_LASTS: u32 = 60 * 60;
/// How long a run counts as alive if only its start is known.
const UNKNOWN_LASTS: TimeDelta = TimeDelta::days(1);

/// An active run, until this is dropped.
#[derive(Debug)]
pub struct Lease<'a> {
    warehouse: &'a Warehouse,
    ended: String,
    held: Held,
}

/// What others see of it.
#[derive(Debug)]
enum Held {
    /// A lock, which the system releases.
    Lock { _lock: Lock },
    /// An object.
    Object {
        /// What renews it.
        keeping: JoinHandle<()>,
        /// The renewals that failed.
        failed: Mutex<UnboundedReceiver<PublishError>>,
    },
}

/// What a lease says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Said {
    #[serde(default)]
    lasts_seconds: Option<u32>,
    #[serde(default)]
    holder: Option<Process>,
}

impl Record for Said {}

impl<'a> Lease<'a> {
    /// Marks a run as active, and keeps renewing it.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn hold(warehouse: &'a Warehouse, run: &str) -> Result<Self, PublishError> {
        let folder = stage(run)?;
        let held = if let Some(file) = warehouse.on_disk(&format!("{folder}/lock"))? {
            Held::Lock { _lock: locked(&file)? }
        } else {
            let lease = lease_of(run)?;
            warehouse.renew(&lease).await?;
            let (sender, failed) = unbounded_channel();
            let keeping = tokio::spawn(keep(warehouse.clone(), lease, sender));
            Held::Object { keeping, failed: Mutex::new(failed) }
        };
        Ok(Self { warehouse, ended: ended(run)?, held })
    }

    /// Waits until a renewal fails.
    pub async fn not_renewed(&self) -> PublishError {
        if let Held::Object { failed, .. } = &self.held
            && let Some(error) = failed.lock().await.recv().await
        {
            return error;
        }
        std::future::pending().await
    }

    /// Marks a run that leaves something behind as ended.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn give_up(&self) -> Result<(), PublishError> {
        match self.held {
            Held::Lock { .. } => Ok(()),
            Held::Object { .. } => self.warehouse.write(&self.ended, &serde_json::json!({})).await,
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Held::Object { keeping, .. } = &self.held {
            keeping.abort();
        }
    }
}

/// Renews a lease periodically, whatever the run is doing.
async fn keep(warehouse: Warehouse, lease: String, failed: UnboundedSender<PublishError>) {
    loop {
        tokio::time::sleep(RENEWED).await;
        if let Err(error) = warehouse.renew(&lease).await {
            // Without a receiver the failure is ignored.
            let _ = failed.send(error);
        }
    }
}

/// The path of the lease of a run, below the warehouse.
fn lease_of(run: &str) -> Result<String, PublishError> {
    Ok(format!("{}/lease.json", stage(run)?))
}

/// Where a run notes that it has ended, below the warehouse.
fn ended(run: &str) -> Result<String, PublishError> {
    Ok(format!("{}/ended.json", stage(run)?))
}

fn locked(file: &std::path::Path) -> Result<Lock, PublishError> {
    let folder = file.parent().unwrap_or(file);
    let failed = |error| PublishError::Disk { path: folder.display().to_string(), error };
    Lock::hold(folder).map_err(failed)
}

impl Warehouse {
    /// Removes the staged files of runs that have ended without removing them. Those of a run that
    /// failed a check stay for people, and those needed to complete an announced release stay for
    /// that.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn clear_dead(&self, run: &str) -> Result<(), PublishError> {
        for old in self.runs_in("stage").await? {
            // What cannot be read is left for people as well.
            let failed = self.failed(&old).await;
            if let Some(folder) = self.on_disk(&stage(&old)?)?.filter(|_| old != run) {
                Lock::clear_unbegun(&folder);
            }
            if old != run && matches!(failed, Ok(None)) && self.is_dead(&old, run).await? {
                self.clear_unless_announced(&old).await?;
            }
        }
        Ok(())
    }

    /// A run that has ended announces nothing more, so that what it has not announced by now it
    /// never will.
    async fn clear_unless_announced(&self, run: &str) -> Result<(), PublishError> {
        match self.releases().await?.1 {
            Some(pending) if pending.run == run => Ok(()),
            _ => self.clear_stage(run).await,
        }
    }

    pub(super) async fn is_dead(&self, old: &str, run: &str) -> Result<bool, PublishError> {
        let folder = stage(old)?;
        if let Some(file) = self.on_disk(&format!("{folder}/lock"))? {
            let folder = file.parent().unwrap_or(&file);
            return Ok(match Lock::exists(folder) {
                true => Lock::take_over(folder).is_some(),
                false => is_forgotten(old, run),
            });
        }
        if self.head(&ended(old)?).await?.is_some() {
            return Ok(true);
        }
        let (then, now) = (self.renewed(old).await?, self.renewed(run).await?);
        let (Some(then), Some(now)) = (then, now) else { return Ok(is_forgotten(old, run)) };
        let said = self.said(old).await?;
        let lasts = said.lasts_seconds.unwrap_or(UNSAID_LASTS);
        let has_ended = said.holder.is_some_and(|holder| holder.has_ended());
        Ok(has_ended || now - then > TimeDelta::seconds(lasts.into()))
    }

    async fn renew(&self, lease: &str) -> Result<(), PublishError> {
        let said = Said { lasts_seconds: Some(LASTS), holder: Process::this() };
        self.write(lease, &said).await
    }

    /// The contents of the lease of a run. If it is invalid, or was removed meanwhile, only its
    /// time counts.
    async fn said(&self, run: &str) -> Result<Said, PublishError> {
        let nothing = Said { lasts_seconds: None, holder: None };
        match self.record_unless_gone(&lease_of(run)?).await {
            Ok(said) => Ok(said.unwrap_or(nothing)),
            Err(PublishError::Record { .. }) => Ok(nothing),
            Err(error) => Err(error),
        }
    }

    /// When a run last renewed its lease, by the clock of the store.
    async fn renewed(&self, run: &str) -> Result<Option<DateTime<Utc>>, PublishError> {
        let there = self.head(&lease_of(run)?).await?;
        Ok(there.map(|there| there.last_modified))
    }

    /// Removes the files of `staged`, whose run has succeeded, and those of earlier failed
    /// runs of its pipeline; those of other pipelines are kept.
    pub(super) async fn clear_stages(&self, staged: &Staged) -> Result<(), PublishError> {
        self.clear_stage(&staged.run).await?;
        for old in self.runs_in("stage").await?.iter().filter(|old| **old < staged.run) {
            let failed = self.failed(old).await.ok().flatten();
            if failed.is_some_and(|failed| staged.is_of(&failed.pipeline)) {
                self.clear_stage(old).await?;
            }
        }
        Ok(())
    }
}

/// Whether a run began so long before `run` that it cannot be active any more. The names of
/// runs begin with the time; if one does not, nothing is known.
fn is_forgotten(old: &str, run: &str) -> bool {
    let began = |run: &str| {
        let time = run.get(..15)?;
        chrono::NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%S").ok()
    };
    match (began(old), began(run)) {
        (Some(old), Some(run)) => run - old > UNKNOWN_LASTS,
        _ => false,
    }
}
