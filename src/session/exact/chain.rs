//! The names of `a + b - c …`. The engine computes the name of each part of an expression whenever
//! it needs the type of the whole, at every step of planning: for a long chain of operators the
//! time grows with the cube of its length. So the name of a long one is cached with it.

use std::sync::Arc;

use datafusion::logical_expr::{Expr, Operator, ScalarUDFImpl};

/// The number of operators from which a name is cached.
const LONG: usize = 32;

/// An operator in a chain with others of its kind.
pub(in crate::session) trait Link: ScalarUDFImpl {
    fn sign(&self) -> Operator;
    fn chain(&self) -> &Chain;
}

/// The chain that an operator ends.
#[derive(Debug, Clone)]
pub(in crate::session) struct Chain {
    length: usize,
    name: Option<Arc<str>>,
}

impl Chain {
    /// The row that `sign` makes longer.
    pub(in crate::session) fn of<T: Link>(left: &Expr, sign: Operator, right: &Expr) -> Self {
        let length = 1 + link::<T>(left).map_or(0, |(left, _)| left.chain().length);
        let written = || format!("{} {sign} {}", left.schema_name(), right.schema_name());
        Self { length, name: (length >= LONG).then(|| written().into()) }
    }
}

/// The name of a column, as for the engine's operators.
pub(in crate::session) fn schema_name<T: Link>(call: &T, sides: &[Expr]) -> String {
    match &call.chain().name {
        Some(name) => name.to_string(),
        None => written(call, sides, |side| side.schema_name().to_string()),
    }
}

/// `a + b - c` as it is written, in one pass.
pub(in crate::session) fn written<'a, T: Link>(
    mut call: &'a T,
    mut sides: &'a [Expr],
    name: impl Fn(&Expr) -> String,
) -> String {
    let mut parts = Vec::new();
    while let [left, right] = sides {
        parts.extend([name(right), format!(" {} ", call.sign())]);
        let Some((inner, arguments)) = link(left) else {
            parts.push(name(left));
            break;
        };
        (call, sides) = (inner, arguments);
    }
    parts.into_iter().rev().collect()
}

fn link<T: Link>(expr: &Expr) -> Option<(&T, &[Expr])> {
    match expr {
        Expr::ScalarFunction(call) => {
            Some((call.func.inner().downcast_ref::<T>()?, call.args.as_slice()))
        }
        _ => None,
    }
}
