//! The models that functions take: what is asked of a struct to be one.
//!
//! A struct is taken if it has the parameters, so one written by hand will do.
//! But some models have parameters of the same names, and a fit says which model
//! it is of: on its type, so that a mistake is found before a row is read, and
//! in the field `model`, which also survives being stored.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StructArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Fields, Float64Type};
use datafusion::common::{exec_err, internal_datafusion_err, plan_err};
use datafusion::error::Result as DataFusionResult;

use super::document::Argument;
use super::domain::Domain;
use super::fitted::MODEL;
use super::shape::constant;
use crate::kernel::beta_geometric::{self, Coin};
use crate::kernel::{
    OutOfDomain, beta_bernoulli, condensed, gamma_gamma, nbd, pareto_nbd, renewal,
};

/// A fitted model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Model {
    /// What its fit says it is.
    pub(super) name: &'static str,
    /// The aggregate that fits it.
    pub(super) fitted_by: &'static str,
    /// The parameters, in the order in which they are prepared.
    pub(super) parameters: &'static [&'static str],
    pub(super) argument: Argument,
}

/// All models; those with more parameters first.
const ALL: [Model; 10] =
    [BGCNBD, MBGCNBD, BGBB, BGNBD, MBGNBD, PARETO_NBD, BDW, GAMMA_GAMMA, NBD, SBG];

pub(super) const BDW: Model = Model {
    name: "bdw",
    fitted_by: "bdw_fit",
    parameters: &["alpha", "beta", "c"],
    argument: argument(
        "the model that `bdw_fit` returned; of its fields `alpha`, `beta` and `c` are used",
    ),
};

pub(super) const BGBB: Model = Model {
    name: "bgbb",
    fitted_by: "bgbb_fit",
    parameters: &["alpha", "beta", "gamma", "delta"],
    argument: argument(
        "the model that `bgbb_fit` returned; of its fields `alpha`, `beta`, `gamma` and `delta` \
         are used",
    ),
};

pub(super) const BGCNBD: Model = Model {
    name: "bgcnbd",
    fitted_by: "bgcnbd_fit",
    parameters: &["r", "alpha", "a", "b", "k"],
    argument: argument(
        "the model that `bgcnbd_fit` returned; of its fields `r`, `alpha`, `a`, `b` and `k` are used",
    ),
};

pub(super) const BGNBD: Model = Model {
    name: "bgnbd",
    fitted_by: "bgnbd_fit",
    parameters: &["r", "alpha", "a", "b"],
    argument: argument(
        "the model that `bgnbd_fit` returned; of its fields `r`, `alpha`, `a` and `b` are used",
    ),
};

pub(super) const GAMMA_GAMMA: Model = Model {
    name: "gamma_gamma",
    fitted_by: "gamma_gamma_fit",
    parameters: &["p", "q", "v"],
    argument: argument(
        "the model that `gamma_gamma_fit` returned; of its fields `p`, `q` and `v` are used",
    ),
};

/// [`GAMMA_GAMMA`] beside a model of purchases.
pub(super) const SPEND: Model =
    Model { argument: Argument { name: "spend_model", ..GAMMA_GAMMA.argument }, ..GAMMA_GAMMA };
pub(super) const MBGCNBD: Model = Model {
    name: "mbgcnbd",
    fitted_by: "mbgcnbd_fit",
    parameters: &["r", "alpha", "a", "b", "k"],
    argument: argument(
        "the model that `mbgcnbd_fit` returned; of its fields `r`, `alpha`, `a`, `b` and `k` are \
         used",
    ),
};

pub(super) const MBGNBD: Model = Model {
    name: "mbgnbd",
    fitted_by: "mbgnbd_fit",
    parameters: &["r", "alpha", "a", "b"],
    argument: argument(
        "the model that `mbgnbd_fit` returned; of its fields `r`, `alpha`, `a` and `b` are used",
    ),
};

pub(super) const NBD: Model = Model {
    name: "nbd",
    fitted_by: "nbd_fit",
    parameters: &["r", "alpha"],
    argument: argument("the model that `nbd_fit` returned; of its fields `r` and `alpha` are used"),
};

pub(super) const PARETO_NBD: Model = Model {
    name: "pareto_nbd",
    fitted_by: "pareto_nbd_fit",
    parameters: &["r", "alpha", "s", "beta"],
    argument: argument(
        "the model that `pareto_nbd_fit` returned; of its fields `r`, `alpha`, `s` and `beta` are \
         used",
    ),
};

pub(super) const SBG: Model = Model {
    name: "sbg",
    fitted_by: "sbg_fit",
    parameters: &["alpha", "beta"],
    argument: argument(
        "the model that `sbg_fit` returned; of its fields `alpha` and `beta` are used",
    ),
};

const fn argument(meaning: &'static str) -> Argument {
    Argument { name: "model", meaning, domain: Domain::Model, optional: false }
}

/// Checks the parameters of [`BDW`].
pub(super) fn bdw(parameters: &[f64]) -> Result<renewal::Params, OutOfDomain> {
    let [alpha, beta, c] = first(parameters);
    renewal::Params::bdw(alpha, beta, c)
}

/// Checks the parameters of [`BGBB`].
pub(super) fn bgbb(parameters: &[f64]) -> Result<beta_bernoulli::Params, OutOfDomain> {
    let [alpha, beta, gamma, delta] = first(parameters);
    beta_bernoulli::Params::new(alpha, beta, gamma, delta)
}

/// Checks the parameters of [`BGCNBD`].
pub(super) fn bgcnbd(parameters: &[f64]) -> Result<condensed::Params, OutOfDomain> {
    let [r, alpha, a, b, k] = first(parameters);
    condensed::Params::new(Coin::AfterRepeats, k, [r, alpha, a, b])
}

/// Checks the parameters of [`BGNBD`].
pub(super) fn bgnbd(parameters: &[f64]) -> Result<beta_geometric::Params, OutOfDomain> {
    let [r, alpha, a, b] = first(parameters);
    beta_geometric::Params::new(Coin::AfterRepeats, r, alpha, a, b)
}

/// Checks the parameters of [`MBGCNBD`].
pub(super) fn mbgcnbd(parameters: &[f64]) -> Result<condensed::Params, OutOfDomain> {
    let [r, alpha, a, b, k] = first(parameters);
    condensed::Params::new(Coin::AfterAll, k, [r, alpha, a, b])
}

/// Checks the parameters of [`MBGNBD`].
pub(super) fn mbgnbd(parameters: &[f64]) -> Result<beta_geometric::Params, OutOfDomain> {
    let [r, alpha, a, b] = first(parameters);
    beta_geometric::Params::new(Coin::AfterAll, r, alpha, a, b)
}

/// Checks the parameters of [`GAMMA_GAMMA`].
pub(super) fn gamma_gamma(parameters: &[f64]) -> Result<gamma_gamma::Params, OutOfDomain> {
    let [p, q, v] = first(parameters);
    gamma_gamma::Params::new(p, q, v)
}

/// Checks the parameters of [`NBD`].
pub(super) fn nbd(parameters: &[f64]) -> Result<nbd::Params, OutOfDomain> {
    let [r, alpha] = first(parameters);
    nbd::Params::new(r, alpha)
}

/// Checks the parameters of [`PARETO_NBD`].
pub(super) fn pareto_nbd(parameters: &[f64]) -> Result<pareto_nbd::Params, OutOfDomain> {
    let [r, alpha, s, beta] = first(parameters);
    pareto_nbd::Params::new(r, alpha, s, beta)
}

/// Checks the parameters of [`SBG`].
pub(super) fn sbg(parameters: &[f64]) -> Result<renewal::Params, OutOfDomain> {
    let [alpha, beta] = first(parameters);
    renewal::Params::sbg(alpha, beta)
}

/// No number, which no model accepts, where one is missing.
fn first<const N: usize>(parameters: &[f64]) -> [f64; N] {
    std::array::from_fn(|i| parameters.get(i).copied().unwrap_or(f64::NAN))
}

impl Model {
    /// A model is taken as it is: casting a struct could mix up its fields.
    pub(super) fn coerce(self, function: &str, given: &DataType) -> DataFusionResult<DataType> {
        if self.fits(given) {
            return Ok(given.clone());
        }
        let got = match ALL.into_iter().find(|model| model.fits(given)) {
            Some(other) => format!("the model of `{}`", other.fitted_by),
            None => given.to_string(),
        };
        plan_err!(
            "{function}: `{}` must be what `{}` returns, a struct with the numbers {}; got {got}",
            self.argument.name,
            self.fitted_by,
            self.parameters.join(", ")
        )
    }

    fn fits(self, given: &DataType) -> bool {
        let DataType::Struct(fields) = given else { return false };
        let is_other = noted(fields).is_some_and(|name| name != self.name);
        !is_other
            && self.parameters.iter().all(|parameter| {
                fields.find(parameter).is_some_and(|(_, field)| field.data_type().is_numeric())
            })
    }

    /// The parameters, one column each.
    pub(super) fn read(
        self,
        function: &str,
        structs: &StructArray,
    ) -> DataFusionResult<Vec<Float64Array>> {
        self.check(function, structs)?;
        let parameter = |name: &&str| {
            let column = structs
                .column_by_name(name)
                .ok_or_else(|| internal_datafusion_err!("model without `{name}`"))?;
            Ok(cast(column, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
        };
        self.parameters.iter().map(parameter).collect()
    }

    /// Models that come out of a table have lost what their type said.
    fn check(self, function: &str, structs: &StructArray) -> DataFusionResult<()> {
        let Some(names) = structs.column_by_name(MODEL).and_then(text) else { return Ok(()) };
        let names = names.as_string::<i32>();
        let other = (0..names.len())
            .filter(|&row| structs.is_valid(row) && names.is_valid(row))
            .map(|row| names.value(row))
            .find(|name| *name != self.name);
        match other {
            Some(other) => exec_err!(
                "{function}: `{}` must be what `{}` returns; got a model that says it is `{other}`",
                self.argument.name,
                self.fitted_by
            ),
            None => Ok(()),
        }
    }
}

/// The name that a fit has put on its type.
fn noted(fields: &Fields) -> Option<&str> {
    fields.find(MODEL).and_then(|(_, field)| constant(field))
}

/// The column, if it holds text.
fn text(column: &ArrayRef) -> Option<ArrayRef> {
    column.data_type().is_string().then(|| cast(column, &DataType::Utf8).ok()).flatten()
}
