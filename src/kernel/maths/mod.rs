//! The mathematics that the models share: special functions, quadrature, linear
//! algebra and maximisation. It knows numbers only, no customer and no answer.

pub(super) mod arrivals;
pub(super) mod beta;
pub(super) mod beta_prime;
pub(super) mod chi_square;
#[cfg(test)]
pub(super) mod draws;
pub(super) mod gamma;
pub(super) mod incomplete_beta;
pub(super) mod log_sum;
pub(super) mod matrix;
pub(super) mod maximise;
pub(super) mod normal;
pub(super) mod odds;
pub(super) mod panels;
pub(super) mod root;
pub(super) mod student;
pub(super) mod sum;
pub(super) mod symmetric;
