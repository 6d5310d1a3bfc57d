//! Formulas stand in kernels, not in what connects them with SQL (`src/functions`).
//!
//! Operators between floats are refused there by the compiler's lints, which know types. What reckons without
//! an operator, or decides by a number, is refused here.

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Lit, Token};

use super::program::Source;

/// How `src/functions/mod.rs` asks for the lint.
const LINT: &str = "#![cfg_attr(not(test), warn(clippy::float_arithmetic))]";

/// Methods that reckon.
const FORMULAS: [&str; 27] = [
    "abs",
    "cbrt",
    "ceil",
    "cos",
    "div_euclid",
    "exp",
    "exp2",
    "exp_m1",
    "floor",
    "fract",
    "hypot",
    "ln",
    "ln_1p",
    "log",
    "log10",
    "log2",
    "midpoint",
    "mul_add",
    "powf",
    "powi",
    "recip",
    "rem_euclid",
    "round",
    "sin",
    "sqrt",
    "tan",
    "trunc",
];
/// Methods that reckon where numbers are floats.
const BOUNDS: [&str; 3] = ["clamp", "max", "min"];
/// Methods that add up whole numbers, if they say so.
const SUMS: [&str; 2] = ["product", "sum"];
/// Whole numbers.
const WHOLE: [&str; 7] = ["i32", "i64", "u128", "u32", "u64", "u8", "usize"];

/// Where numbers are judged though no kernel is asked: what an argument accepts is printed in the
/// documentation and refuses constants before any row; kernels check every number again.
const JUDGES: &str = "functions/domain.rs";

/// The formulas in the files of functions.
pub(super) fn broken(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| source.folder() == "functions") {
        let path = source.path.display();
        let head = source.path.ends_with("functions/mod.rs");
        if head != source.text.contains("float_arithmetic") || head != source.text.contains(LINT) {
            wrong.push(format!(
                "{path}: `functions/mod.rs` asks for the lint of floats, for all alike"
            ));
        }
        let mut formulas = Formulas::default();
        formulas.visit_file(&source.parsed);
        if source.path.ends_with(JUDGES) {
            formulas.0.clear();
        }
        wrong.extend(formulas.0.into_iter().map(|found| format!("{path}: {found}")));
    }
    wrong
}

#[derive(Default)]
struct Formulas(Vec<String>);

fn is_float(value: &Expr) -> bool {
    match value {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Float(_)),
        Expr::Unary(unary) => is_float(&unary.expr),
        Expr::Paren(inner) => is_float(&inner.expr),
        Expr::Reference(inner) => is_float(&inner.expr),
        Expr::Array(array) => array.elems.iter().any(is_float),
        Expr::Range(range) => {
            [&range.start, &range.end].into_iter().flatten().any(|end| is_float(end))
        }
        _ => false,
    }
}

fn is_whole(types: Option<&syn::AngleBracketedGenericArguments>) -> bool {
    let named = types.and_then(|types| types.args.first());
    let Some(syn::GenericArgument::Type(syn::Type::Path(named))) = named else { return false };
    named.path.get_ident().is_some_and(|name| WHOLE.iter().any(|whole| name == whole))
}

impl<'ast> Visit<'ast> for Formulas {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let name = call.method.to_string();
        let named = |names: &[&str]| names.contains(&name.as_str());
        let bounds = named(&BOUNDS) && call.args.iter().any(is_float);
        let sums = named(&SUMS) && !is_whole(call.turbofish.as_ref());
        if named(&FORMULAS) || bounds || sums {
            self.0.push(format!("`{name}` reckons"));
        }
        if name == "contains" && is_float(&call.receiver) {
            self.0.push("a range of numbers decides".to_owned());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let names: Vec<String> =
            path.path.segments.iter().map(|name| name.ident.to_string()).collect();
        if let [.., of, name] = names.as_slice() {
            let reckons = |names: &[&str]| names.contains(&name.as_str());
            if of == "f64"
                && [&FORMULAS[..], &BOUNDS, &["add", "sub", "mul", "div"]]
                    .iter()
                    .any(|it| reckons(it))
            {
                self.0.push(format!("`f64::{name}` reckons"));
            }
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_binary(&mut self, found: &'ast syn::ExprBinary) {
        let compares = matches!(
            found.op,
            BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_)
        );
        if compares && [&found.left, &found.right].into_iter().any(|side| is_float(side)) {
            self.0.push("a number decides".to_owned());
        }
        visit::visit_expr_binary(self, found);
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        let inner = found.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        inner.iter().flatten().for_each(|inner| self.visit_expr(inner));
    }
}

#[test]
fn a_formula_is_seen_and_what_only_carries_numbers_is_not() {
    let of = |path: &str, code: &str| broken(&[Source::new(path, code)]);
    for code in [
        "fn f(x: f64) -> f64 { x.sqrt() }",
        "fn f(x: &[f64]) -> f64 { x.iter().sum() }",
        "fn f(x: &[f64]) -> V { vec![V::from(x.iter().sum::<f64>())] }",
        "fn f(x: f64) -> f64 { x.min(1.0) }",
        "fn f(x: f64) -> Option<f64> { Some(x).map(f64::exp) }",
        "fn f(x: &[f64]) -> f64 { x.iter().copied().fold(0.0, f64::max) }",
        "fn f(x: f64) -> bool { x > 0.0 }",
        "fn f(x: f64) -> bool { !(-1.0 >= x) }",
        "fn f(x: f64) -> bool { (0.0..=1.0).contains(&x) }",
        "#[expect(clippy::float_arithmetic)] fn f(x: f64) -> f64 { x * x }",
    ] {
        assert_eq!(of("functions/value/f.rs", code).len(), 1, "{code}");
    }
    for code in [
        "fn f(x: &[u64]) -> u64 { x.iter().sum::<u64>() }",
        "fn f(x: usize) -> usize { x.min(3).max(1) + 2 * x }",
        "fn f(x: f64) -> Option<f64> { x.is_finite().then_some(x) }",
        "fn f(x: u64) -> bool { x > 0 }",
        "fn f() -> f64 { g(0.5) }",
        "#[cfg(test)] mod tests { fn f(x: f64) -> f64 { x.sqrt() } }",
    ] {
        assert_eq!(of("functions/value/f.rs", code), Vec::<String>::new(), "{code}");
    }
    assert_eq!(of("functions/domain.rs", "fn f(x: f64) -> bool { x > 0.0 }"), Vec::<String>::new());
    assert_eq!(of("functions/mod.rs", LINT), Vec::<String>::new());
    assert_eq!(of("functions/mod.rs", "").len(), 1, "nobody asks for the lint");
    assert_eq!(of("kernel/mod.rs", "fn f(x: f64) -> f64 { x.sqrt() }"), Vec::<String>::new());
}
