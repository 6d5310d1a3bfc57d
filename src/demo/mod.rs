//! Raw demo data with known true values.
//!
//! A shop of made-up customers, as its systems would export it: one Parquet
//! file of customers and of products, for every day a CSV of orders, of order
//! lines and of survey answers, and for every month one of memberships, of
//! points, of complaints, of calls and of answers about the relationship, some
//! of it dirty. It is simulated from
//! the models that the warehouse fits, so an estimate can be compared with the parameter it
//! estimates. Nothing here reads data, and nothing else depends on this.
//!
//! ```text
//! seed ─> draw ─> customers ─> process    days and values of purchases
//!                     │    ├─> orders     lines that add up to the value
//!                     │    ├─> surveys    scores of a hidden satisfaction
//!                     │    ├─> programme  a gold card dealt by chance, a club
//!                     │    ├─> relationship  a yearly survey of a panel
//!                     │    ├─> value      who brought whom, what customers cost
//!                     │    ├─> service    complaints, calls, an offer, promised prices
//!                     │    ├─> marketing  promotions held back, preferences, rivals
//!                     │    └─> dirt       rows too many, rows sent again
//!                     └─> raw ─> shop ─> files ─> store, and last the truth
//! ```
//!
//! **Process.** Purchases are BG/NBD with r = 0.9, α = 7 weeks, a = 0.8, b = 5.5;
//! order values Gamma-Gamma with p = 6, q = 4, v = 45. First purchases are
//! spread evenly over the window. The parameters are in `process`.
//!
//! **Dirt.** Unreadable dates and numbers, missing and unknown customers,
//! quantities of zero or less and scores beyond their scale: 0.2 % each. Orders
//! cancelled 3 %, returned 4 %; orders, lines and entries sent again 1 %. The rates are
//! in `dirt`, which also says why dirt does not disturb the process.
//!
//! **Repeatable.** The same options give the same bytes on every machine and
//! with any number of threads.

mod customers;
mod dealing;
mod dirt;
mod draw;
mod files;
mod landings;
mod marketing;
mod orders;
mod points;
mod process;
mod products;
mod programme;
mod questionnaire;
mod raw;
mod relationship;
mod service;
mod shop;
mod story;
mod surveys;
mod tables;
mod truth;
mod value;
mod window;

use std::sync::Arc;
use std::thread;

use chrono::NaiveDate;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use tokio::task::{JoinError, spawn_blocking};

use customers::Setting;
use draw::Draw;
use files::File;
use products::Catalogue;
use shop::Shop;
use window::Window;

use crate::failure::{Failing, FailureKind};
use crate::store::StoreError;

pub use dirt::{PerKind, RATES};
pub use process::{BgNbd, GammaGamma, PURCHASES, SPEND};
pub use tables::TableError;
pub use truth::Counts;

/// Files being written at the same time.
const WRITES: usize = 16;
/// The stream the products are drawn from; no customer has this number.
const PRODUCTS: u64 = u64::MAX;

/// What to simulate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The number of customers who sign up in the window.
    pub customers: u32,
    /// Where the random numbers start.
    pub seed: u64,
    /// The first day of the window.
    pub start: NaiveDate,
    /// The length of the window in calendar months, 1 to 1200.
    pub months: u32,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How much there is of everything.
    pub counts: Counts,
    /// Files written.
    pub files: u64,
    /// Their size together.
    pub bytes: u64,
}

/// Why the demo data is not there. What was written before stays.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The window is empty, longer than a century, or beyond the calendar.
    #[error(
        "{months} months from {start} are not a window of 1 to 1200 months that ends before 9999"
    )]
    Window {
        /// The first day asked for.
        start: NaiveDate,
        /// The months asked for.
        months: u32,
    },
    /// A file could not be encoded.
    #[error("cannot encode `{path}`")]
    Encode {
        /// The file.
        path: Path,
        /// What is wrong with it.
        source: TableError,
    },
    /// The truth could not be encoded.
    #[error("cannot encode `truth.json`")]
    Truth(#[from] serde_json::Error),
    /// The store refused a file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program is shutting down, or a worker panicked.
    #[error("a worker stopped before its work was done")]
    Worker(#[from] JoinError),
}

impl Failing for DemoError {
    fn failure_kind(&self) -> FailureKind {
        match self {
            Self::Window { .. } => FailureKind::Project,
            Self::Store(error) => error.failure_kind(),
            Self::Encode { .. } | Self::Truth(_) | Self::Worker(_) => FailureKind::Bug,
        }
    }
}

/// Simulates the customers of `options` and writes their raw data below `prefix`.
/// `truth.json` is written last. Files of other options are not removed.
///
/// # Errors
/// The window is not one, or a file could not be written.
pub async fn write(
    options: &Options,
    store: Arc<dyn ObjectStore>,
    prefix: &Path,
) -> Result<Summary, DemoError> {
    let shop = Arc::new(Shop::open(options.clone()).await?);
    let all = files::all(&shop);
    let all =
        all.map_err(|text| DemoError::Encode { path: prefix.clone(), source: text.into() })?;
    let puts = all.into_iter().map(|file| {
        let (shop, store, path) =
            (Arc::clone(&shop), Arc::clone(&store), below(prefix, &file.path));
        async move { put(&*store, &path, shop.render(file, &path).await?).await }
    });
    let sizes: Vec<u64> = stream::iter(puts).buffer_unordered(WRITES).try_collect().await?;
    let counts = Counts::of(&shop.raw, &shop.landings);
    let truth = truth::render(options, &shop, &counts)?;
    let last = put(&*store, &below(prefix, "truth.json"), truth).await?;
    let bytes = sizes.iter().sum::<u64>() + last;
    Ok(Summary { counts, files: sizes.len() as u64 + 1, bytes })
}

impl Shop {
    async fn open(options: Options) -> Result<Self, DemoError> {
        let threads = thread::available_parallelism().map_or(1, |n| n.get().min(64));
        let threads = u32::try_from(threads).unwrap_or(1);
        spawn_blocking(move || Self::simulate(&options, threads)).await?
    }

    fn simulate(options: &Options, threads: u32) -> Result<Self, DemoError> {
        let &Options { customers, seed, start, months } = options;
        let window = Window::new(start, months).ok_or(DemoError::Window { start, months })?;
        let catalogue = Catalogue::draw(&mut Draw::stream(seed, PRODUCTS));
        Ok(Self::tell(Setting { seed, window, catalogue }, customers, threads))
    }

    async fn render(self: Arc<Self>, file: File, path: &Path) -> Result<Vec<u8>, DemoError> {
        let bytes = spawn_blocking(move || file.render(&self)).await?;
        bytes.map_err(|source| DemoError::Encode { path: path.clone(), source })
    }
}

async fn put(store: &dyn ObjectStore, path: &Path, bytes: Vec<u8>) -> Result<u64, DemoError> {
    let size = bytes.len() as u64;
    let written = store.put(path, bytes.into()).await;
    written.map_err(|error| StoreError::access(path.as_ref(), &error))?;
    Ok(size)
}

fn below(prefix: &Path, relative: &str) -> Path {
    relative.split('/').fold(prefix.clone(), Path::join)
}

#[cfg(test)]
mod tests;
