//! The statistics, on plain `f64`s.
//!
//! Nothing here knows tables, files or SQL. Inputs are checked once, where a
//! checked type is made, and give [`OutOfDomain`]; the formulas after that are
//! total. Nothing depends on the order in which customers arrive: whoever sums,
//! sorts first, so a night with other partitions prints the same last digit.
//!
//! The first half are models of customers and answers, the second half the
//! mathematics that they share.

pub mod beta_geometric;
pub mod clumpiness;
pub mod concentration;
pub mod diversity;
pub mod gamma_gamma;
pub mod mean;
pub mod nbd;
pub mod pareto_nbd;
pub mod proportion;
pub mod quantile;
pub mod regularity;
pub mod survey;
pub mod survival;

mod beta;
mod buying;
mod cells;
mod chi_square;
mod domain;
mod gamma;
mod history;
mod maximise;
mod odds;
mod outlook;
mod student;
mod sum;
mod symmetric;

pub use self::domain::{OutOfDomain, check_weight};
pub use self::history::History;
pub use self::maximise::{Bound, Maximum};
pub use self::outlook::{Foresight, Outlook};
