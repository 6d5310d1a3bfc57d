//! The models that functions accept: the requirements on a struct.
//!
//! A struct is accepted if it has the parameters, so one written by hand works.
//! But some models have parameters of the same names, and a fit says which model
//! it is of: on its type, so that a mistake is found before a row is read, and
//! in the field `model`, which also survives being stored.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Float64Builder, StructArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Fields, Float64Type};
use datafusion::common::{exec_err, internal_datafusion_err, plan_err};
use datafusion::error::Result as DataFusionResult;

use super::document::Argument;
use super::domain::Domain;
use super::fitted::MODEL;
use super::shape::constant;
use crate::kernel::{OutOfDomain, gamma_gamma};

/// A fitted model, or one of several.
#[derive(Debug, Clone, Copy)]
pub(super) struct Model {
    /// What its fit says it is.
    pub(super) name: &'static str,
    /// The models it may be, if it is not a single one; then each row has its model.
    pub(super) one_of: &'static [Self],
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
    one_of: &[],
    fitted_by: "bdw_fit",
    parameters: &["alpha", "beta", "c"],
    argument: argument(
        "the model that `bdw_fit` returned; of its fields `alpha`, `beta` and `c` are used",
    ),
};

pub(super) const BGBB: Model = Model {
    name: "bgbb",
    one_of: &[],
    fitted_by: "bgbb_fit",
    parameters: &["alpha", "beta", "gamma", "delta"],
    argument: argument(
        "the model that `bgbb_fit` returned; of its fields `alpha`, `beta`, `gamma` and `delta` \
         are used",
    ),
};

pub(super) const BGCNBD: Model = Model {
    name: "bgcnbd",
    one_of: &[],
    fitted_by: "bgcnbd_fit",
    parameters: &["r", "alpha", "a", "b", "k"],
    argument: argument(
        "the model that `bgcnbd_fit` returned; of its fields `r`, `alpha`, `a`, `b` and `k` are used",
    ),
};

pub(super) const BGNBD: Model = Model {
    name: "bgnbd",
    one_of: &[],
    fitted_by: "bgnbd_fit",
    parameters: &["r", "alpha", "a", "b"],
    argument: argument(
        "the model that `bgnbd_fit` returned; of its fields `r`, `alpha`, `a` and `b` are used",
    ),
};

pub(super) const GAMMA_GAMMA: Model = Model {
    name: "gamma_gamma",
    one_of: &[],
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
    one_of: &[],
    fitted_by: "mbgcnbd_fit",
    parameters: &["r", "alpha", "a", "b", "k"],
    argument: argument(
        "the model that `mbgcnbd_fit` returned; of its fields `r`, `alpha`, `a`, `b` and `k` are \
         used",
    ),
};

pub(super) const MBGNBD: Model = Model {
    name: "mbgnbd",
    one_of: &[],
    fitted_by: "mbgnbd_fit",
    parameters: &["r", "alpha", "a", "b"],
    argument: argument(
        "the model that `mbgnbd_fit` returned; of its fields `r`, `alpha`, `a` and `b` are used",
    ),
};

pub(super) const NBD: Model = Model {
    name: "nbd",
    one_of: &[],
    fitted_by: "nbd_fit",
    parameters: &["r", "alpha"],
    argument: argument("the model that `nbd_fit` returned; of its fields `r` and `alpha` are used"),
};

pub(super) const PARETO_NBD: Model = Model {
    name: "pareto_nbd",
    one_of: &[],
    fitted_by: "pareto_nbd_fit",
    parameters: &["r", "alpha", "s", "beta"],
    argument: argument(
        "the model that `pareto_nbd_fit` returned; of its fields `r`, `alpha`, `s` and `beta` are \
         used",
    ),
};

/// Any of the purchase models that can be chosen by name.
pub(super) const PURCHASE_MODEL: Model = Model {
    name: "purchase_model",
    one_of: &[BGNBD, MBGNBD, PARETO_NBD],
    fitted_by: "purchase_model_fit",
    parameters: &[],
    argument: argument(
        "the model that `purchase_model_fit`, `bgnbd_fit`, `mbgnbd_fit` or `pareto_nbd_fit` \
         returned; its field `model` says which it is",
    ),
};

pub(super) const SBG: Model = Model {
    name: "sbg",
    one_of: &[],
    fitted_by: "sbg_fit",
    parameters: &["alpha", "beta"],
    argument: argument(
        "the model that `sbg_fit` returned; of its fields `alpha` and `beta` are used",
    ),
};

const fn argument(meaning: &'static str) -> Argument {
    Argument { name: "model", meaning, domain: Domain::Model, optional: false }
}

/// Checks the parameters of [`GAMMA_GAMMA`].
pub(super) fn gamma_gamma(parameters: &[f64]) -> Result<gamma_gamma::Params, OutOfDomain> {
    let [p, q, v] = first(parameters);
    gamma_gamma::Params::new(p, q, v)
}

/// No number, which no model accepts, where one is missing.
pub(super) fn first<const N: usize>(parameters: &[f64]) -> [f64; N] {
    std::array::from_fn(|i| parameters.get(i).copied().unwrap_or(f64::NAN))
}

impl Model {
    /// A model is taken as it is: casting a struct could mix up its fields.
    pub(super) fn coerce(self, function: &str, given: &DataType) -> DataFusionResult<DataType> {
        if self.fits(given) {
            return Ok(given.clone());
        }
        let got =
            match ALL.into_iter().find(|other| other.fits(given) && self.is_no_part(*other, given))
            {
                Some(other) => format!("got the model of `{}`", other.fitted_by),
                None => self.missing(given).unwrap_or_else(|| format!("got {given}")),
            };
        let (argument, fit) = (self.argument.name, self.fitted_by);
        if !self.one_of.is_empty() {
            let numbers = |model: &Self| format!("{}: {}", model.name, model.parameters.join(", "));
            let numbers: Vec<_> = self.one_of.iter().map(numbers).collect();
            return plan_err!(
                "{function}: `{argument}` must be what `{fit}` returns, a struct whose field \
                 `{MODEL}` says which model it is, with its numbers ({}); {got}",
                numbers.join("; ")
            );
        }
        plan_err!(
            "{function}: `{argument}` must be what `{fit}` returns, a struct with the numbers {}; \
             {got}",
            self.parameters.join(", ")
        )
    }

    /// Whether what `given` has of this model's parameters belongs to the other too, or it says that it is the
    /// other: a parameter beyond it was meant for this one.
    fn is_no_part(self, other: Self, given: &DataType) -> bool {
        let DataType::Struct(fields) = given else { return false };
        let beyond = self.parameters.iter().filter(|own| !other.parameters.contains(own));
        noted(fields) == Some(other.name)
            || beyond.into_iter().all(|parameter| fields.find(parameter).is_none())
    }

    /// The parameters that a struct with some of them is without.
    fn missing(self, given: &DataType) -> Option<String> {
        let DataType::Struct(fields) = given else { return None };
        let missing = self.parameters.iter().filter(|name| fields.find(name).is_none());
        let missing: Vec<String> = missing.map(|name| format!("`{name}`")).collect();
        let told = (1..self.parameters.len()).contains(&missing.len());
        let verb = if missing.len() == 1 { "is" } else { "are" };
        told.then(|| format!("{} {verb} missing", missing.join(", ")))
    }

    fn fits(self, given: &DataType) -> bool {
        let DataType::Struct(fields) = given else { return false };
        if !self.one_of.is_empty() {
            let named = fields.find(MODEL).is_some_and(|(_, field)| field.data_type().is_string());
            return named && self.one_of.iter().any(|model| model.fits(given));
        }
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
        if !self.one_of.is_empty() {
            return self.read_one_of(function, structs);
        }
        self.check(function, structs)?;
        self.columns(structs)
    }

    fn columns(self, structs: &StructArray) -> DataFusionResult<Vec<Float64Array>> {
        let parameter = |name: &&str| {
            let column = structs
                .column_by_name(name)
                .ok_or_else(|| internal_datafusion_err!("model without `{name}`"))?;
            Ok(cast(column, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
        };
        self.parameters.iter().map(parameter).collect()
    }

    /// The place of each row's model among those it may be, and the parameters of that.
    fn read_one_of(
        self,
        function: &str,
        structs: &StructArray,
    ) -> DataFusionResult<Vec<Float64Array>> {
        let models = self.one_of.iter().filter(|model| model.fits(structs.data_type()));
        let columns = models.map(|model| Ok((model.name, model.columns(structs)?)));
        let columns = columns.collect::<DataFusionResult<Vec<_>>>()?;
        let names = structs.column_by_name(MODEL).and_then(text);
        let names = names.ok_or_else(|| internal_datafusion_err!("model without a name"))?;
        let names = names.as_string::<i32>();
        let count = self.one_of.iter().map(|model| model.parameters.len()).max().unwrap_or(0);
        let column = || Float64Builder::with_capacity(structs.len());
        let mut read: Vec<_> = std::iter::repeat_with(column).take(1 + count).collect();
        for row in 0..structs.len() {
            if structs.is_null(row) || names.is_null(row) {
                read.iter_mut().for_each(Float64Builder::append_null);
                continue;
            }
            let name = names.value(row);
            let Some((_, own)) = columns.iter().find(|(model, _)| *model == name) else {
                return self.refuse(function, name, structs.data_type());
            };
            read[0].append_option(self.place(name));
            for (into, column) in read[1..].iter_mut().zip(own) {
                into.append_option(column.is_valid(row).then(|| column.value(row)));
            }
        }
        Ok(read.iter_mut().map(Float64Builder::finish).collect())
    }

    /// A row's model is not one of those allowed, or is incomplete.
    fn refuse<T>(self, function: &str, name: &str, given: &DataType) -> DataFusionResult<T> {
        let argument = self.argument.name;
        if let Some(model) = self.one_of.iter().find(|model| model.name == name) {
            let lack = model.missing(given).unwrap_or_else(|| format!("got {given}"));
            return exec_err!(
                "{function}: `{argument}` says it is `{name}`, which has the numbers {}; {lack}",
                model.parameters.join(", ")
            );
        }
        let known: Vec<_> = self.one_of.iter().map(|model| model.name).collect();
        exec_err!(
            "{function}: `{argument}` must be one of {}; got a model that says it is `{name}`",
            known.join(", ")
        )
    }

    /// The index of a model among those allowed.
    pub(super) fn place(self, name: &str) -> Option<f64> {
        (0_u8..).zip(self.one_of).find(|(_, model)| model.name == name).map(|(i, _)| f64::from(i))
    }

    /// Models from a table have lost the information in their type.
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ALL, MODEL};
    use crate::functions::all;
    use crate::functions::document::Kind;

    #[test]
    fn every_model_that_a_function_takes_is_known() {
        let fields = all().iter().flat_map(|function| function.shape.fields());
        let fitted =
            fields.filter(|field| field.name == MODEL).filter_map(|field| match field.kind {
                Kind::Constant(name) => Some(name),
                _ => None,
            });
        let mut fitted: BTreeSet<&str> = fitted.collect();
        // Its numbers are the answer: no function takes this model.
        assert!(fitted.remove("beta_binomial"));
        assert_eq!(fitted, ALL.iter().map(|model| model.name).collect());
        assert!(ALL.is_sorted_by(|one, next| one.parameters.len() >= next.parameters.len()));
    }
}
