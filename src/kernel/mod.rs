//! The statistics, on plain `f64`s.
//!
//! Nothing here depends on tables, files or SQL. Inputs are checked once, where a
//! checked type is made, and give [`OutOfDomain`]; the formulas after that are
//! total. Nothing depends on the order in which customers arrive: values are sorted
//! before they are added, so a run with other partitions gives the same last digit.
//!
//! One module per model of customers or of answers; what models of purchases share
//! is in `purchase_model`, the mathematics below all of them in `maths`.

pub mod beta_bernoulli;
pub mod beta_binomial;
pub mod beta_geometric;
pub mod blattberg_deighton;
pub mod brand_switching;
pub mod chosen_model;
pub mod clumpiness;
pub mod comparison;
pub mod concentration;
pub mod condensed;
pub mod difference;
pub mod dirichlet;
pub mod diversity;
pub mod drivers;
pub mod engagement;
pub mod erlang;
pub mod experiment;
pub mod gamma_gamma;
pub mod isotonic;
pub mod k_means;
pub mod kano;
pub mod least_squares;
pub mod level;
pub mod lifetime_value;
pub mod mean;
pub mod multiple_testing;
pub mod nbd;
pub mod nps_difference;
pub mod pareto_nbd;
pub mod penalty_reward;
pub mod pls;
pub mod poisson;
pub mod proportion;
pub mod purchase_model;
pub mod quantile;
pub mod regularity;
pub mod renewal;
pub mod retention;
pub mod sample;
pub mod survey;
pub mod survival;
pub mod transition;
pub mod weight_drift;
pub mod weights;

mod amount;
mod domain;
mod maths;
mod resample;
#[cfg(test)]
mod testing;

pub use self::amount::{LARGEST, positive_zero};
pub use self::domain::{OutOfDomain, check_same, check_weight};
pub use self::maths::maximise::{Bound, Maximum};
pub use self::purchase_model::History;
pub use self::weights::{Weighted, Weights};
