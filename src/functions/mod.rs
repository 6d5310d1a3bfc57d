//! SQL functions: a name, its documentation, tested examples, and the call into
//! [`crate::kernel`].
//!
//! The folders are families of functions, a file each. A quantity that several models
//! predict is one file instead: the models are rows of a table (`buying::model`, `value::renewal`),
//! and [`family`] makes a function for each quantity and row. The adapters between DataFusion and
//! kernels are written once, beside them:
//!
//! ```text
//! a value per row     rowwise (numbers, a model)   valuewise (lists, matrices, text)
//!                     └───── scalar ─────┘
//! a value per group   groupwise (numbers)          tablewise (items, labels, settings)
//!                     └───── aggregate ──┘  over multisets
//! ```
//!
//! A new function is a new file and a line in its family's `all`; a new model is a row, and
//! a remark and a line in the file of each quantity that it predicts. Formulas do not belong
//! here: arithmetic on floats is rejected by the compiler's lints, and by `tests/tidy.rs` where
//! it hides behind a method.

#![cfg_attr(not(test), warn(clippy::float_arithmetic))]

use std::sync::LazyLock;

use datafusion::prelude::SessionContext;

pub(crate) use self::document::SECTION;
pub use self::document::{Argument, Call, Example, Field, Function, Kind, markdown};
pub use self::domain::Domain;
pub use self::shape::Shape;
pub use crate::kernel::Weights;

mod aggregate;
mod answers;
mod argument;
mod document;
mod domain;
mod family;
mod fitted;
mod groupwise;
mod memory;
mod model;
mod multiset;
mod numbers;
mod predictions;
mod refusal;
mod rowwise;
mod scalar;
mod shape;
mod tablewise;
#[cfg(test)]
mod testing;
mod valuewise;

mod behaviour;
mod buying;
mod experiments;
mod satisfaction;
mod value;

/// Every SQL function this program adds to DataFusion's own, by name.
#[must_use]
pub fn all() -> &'static [Function] {
    static ALL: LazyLock<Vec<Function>> = LazyLock::new(made);
    &ALL
}

/// The families of functions, each with what it is about.
pub(crate) fn families() -> [(&'static str, Vec<Function>); 5] {
    [
        ("Behaviour", behaviour::all()),
        ("Purchase models", buying::all()),
        ("Experiments", experiments::all()),
        ("Satisfaction", satisfaction::all()),
        ("Value and equity", value::all()),
    ]
}

/// New instances of all of them: the cache of a call belongs to its session.
fn made() -> Vec<Function> {
    let mut functions: Vec<_> =
        families().into_iter().flat_map(|(_, functions)| functions).collect();
    functions.sort_unstable_by_key(|function| function.name);
    functions
}

/// Makes all functions known to a session.
pub fn register(context: &SessionContext) {
    for function in made() {
        match function.call {
            Call::Scalar { strict, lenient } => {
                context.register_udf(strict);
                context.register_udf(lenient);
            }
            Call::Aggregate(call) => context.register_udaf(call),
        }
    }
}
