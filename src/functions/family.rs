//! Quantities that every model of a family predicts: the documentation and the code of
//! each is written once.
//!
//! In all texts `{prefix}` stands for the name that the model's functions begin with,
//! `{title}` for the model, `{source}` for where it was published and `{model}` for one
//! with published parameters.

use std::fmt::Debug;

use super::document::{Argument, Example, Field, Function};
use super::fitted::fields;
use super::groupwise::{self, Groupwise};
use super::model::Model;
use super::rowwise::{Kernel, Rowwise, Shared};
use super::shape::Shape;
use crate::kernel::{OutOfDomain, Weights};

/// A model: a row of its family's table.
pub(super) trait Row {
    /// The model with its parameters checked.
    type Params: Copy + Debug + Send + 'static;

    /// Its name and its parameters.
    const MODEL: Model;
    /// As in "under a BG/NBD model".
    const TITLE: &'static str;
    /// Where it was published.
    const SOURCE: &'static str;
    /// The model with the parameters of the examples.
    const EXAMPLE: &'static str;

    /// Checks the parameters, in the order of [`Self::MODEL`].
    fn prepare(parameters: &[f64]) -> Result<Self::Params, OutOfDomain>;
}

/// What can be asked of a row's numbers and a model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<const N: usize> {
    /// The function's name after the model's prefix.
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) arguments: [Argument; N],
    /// What every model returns.
    pub(super) returns: &'static str,
    pub(super) nulls: &'static str,
}

/// What is to be said of one model's answer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Remark {
    /// The model's name.
    pub(super) of: &'static str,
    /// What is added to what every model returns.
    pub(super) returns: &'static str,
    pub(super) source: &'static str,
    pub(super) examples: &'static [Example],
}

/// What NULLs do to most questions.
pub(super) const NULLS: &str = "NULL in any argument gives NULL";

/// A function whose texts have been put together. It lasts as long as the program.
pub(super) type Definition = Box<dyn Fn() -> Function + Send + Sync>;

impl<const N: usize> Question<N> {
    /// The question as it is put to one model, alone or beside another.
    pub(super) fn of<R: Row, P: Debug + Send + 'static>(
        &self,
        shared: Shared,
        remarks: &[Remark],
        prepare: fn(&[f64]) -> Result<P, OutOfDomain>,
        kernel: Kernel<N, P>,
    ) -> Definition {
        let remark = remarks.iter().find(|remark| remark.of == R::MODEL.name);
        let remark = remark.copied().unwrap_or_default();
        define(Rowwise {
            name: format!("{}_{}", R::MODEL.name, self.name).leak(),
            summary: fill::<R>(self.summary),
            shared,
            arguments: self.arguments,
            returns: fill::<R>(&[self.returns, remark.returns].concat()),
            nulls: self.nulls,
            source: fill::<R>(remark.source),
            examples: examples::<R>(remark.examples),
            prepare,
            kernel,
        })
    }
}

/// The fit of one model: what its documentation says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub(super) summary: &'static str,
    pub(super) returns: &'static str,
    pub(super) source: &'static str,
    pub(super) parameters: &'static [Field],
    /// What else belongs to the model.
    pub(super) more: &'static [Field],
    pub(super) likelihood: Field,
    pub(super) examples: &'static [Example],
}

impl Fit {
    /// The aggregate that fits one model to rows of numbers.
    pub(super) fn of<R: Row, const N: usize>(
        &self,
        arguments: [Argument; N],
        kernel: groupwise::Kernel<N>,
    ) -> Definition {
        define(Groupwise {
            name: R::MODEL.fitted_by,
            summary: fill::<R>(self.summary),
            arguments,
            returns: fill::<R>(self.returns),
            shape: Shape::Struct(fields(
                self.parameters,
                self.more,
                self.likelihood,
                R::MODEL.name,
            )),
            source: fill::<R>(self.source),
            examples: examples::<R>(self.examples),
            weights: Some(Weights::Counts),
            kernel,
        })
    }
}

/// The names of the first `P` parameters.
pub(super) fn names<R: Row, const P: usize>() -> [&'static str; P] {
    std::array::from_fn(|i| R::MODEL.parameters[i])
}

/// Keeps a definition for as long as the program runs.
pub(super) fn define<D: Send + Sync + 'static>(definition: D) -> Definition
where
    &'static D: Into<Function>,
{
    let definition: &'static D = Box::leak(Box::new(definition));
    Box::new(move || definition.into())
}

/// The examples of one model.
pub(super) fn examples<R: Row>(examples: &[Example]) -> &'static [Example] {
    let filled = |Example { call, from, gives }: &Example| Example {
        call: fill::<R>(call),
        from,
        gives: fill::<R>(gives),
    };
    examples.iter().map(filled).collect::<Vec<_>>().leak()
}

/// A text with what differs between models put in.
pub(super) fn fill<R: Row>(text: &str) -> &'static str {
    text.replace("{prefix}", R::MODEL.name)
        .replace("{title}", R::TITLE)
        .replace("{source}", R::SOURCE)
        .replace("{model}", R::EXAMPLE)
        .leak()
}
