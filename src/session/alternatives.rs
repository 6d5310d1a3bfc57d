//! Functions that answer with one of their arguments, and so are of one type with all of them.

use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::ScalarFunction;

/// The functions, and from which argument on they answer with it; `make_array` with all of them.
const ALTERNATIVES: [(&str, usize); 7] = [
    ("coalesce", 0),
    ("nvl", 0),
    ("nvl2", 1),
    ("nullif", 0),
    ("greatest", 0),
    ("least", 0),
    ("make_array", 0),
];

/// The arguments of which one may be the answer, if the function is one of these.
pub(in crate::session) fn alternatives(call: &mut ScalarFunction) -> Option<Vec<&mut Expr>> {
    let name = call.func.name();
    let (_, from) = ALTERNATIVES.iter().find(|(known, _)| *known == name)?;
    Some(call.args.iter_mut().skip(*from).collect())
}
