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
pub mod blattberg_deighton;
pub mod brand_switching;
pub mod engagement;
pub mod gamma_gamma;
pub mod mean;
pub mod nbd;
pub mod pareto_nbd;
pub mod proportion;
pub mod quantile;
pub mod retention;
pub mod survey;
pub mod transition;

mod beta;
mod buying;
mod cells;
mod domain;
mod gamma;
mod history;
mod incomplete_beta;
mod maximise;
mod normal;
mod odds;
mod outlook;
mod student;
mod symmetric;

pub use self::domain::{OutOfDomain, check_weight};
pub use self::history::History;
pub use self::maximise::{Bound, Maximum};
pub use self::outlook::{Foresight, Outlook};
