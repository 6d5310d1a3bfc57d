//! What depends on a kind depends on all kinds: no match over such an enum has an arm for whatever
//! else there is, so that the compiler asks where a new variant is forgotten.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Arm, Expr, Member, Pat, Token};

use super::modules::{Modules, Target, made_up};
use super::paths::{Paths, imported};
use super::program::Source;

/// Enums that are closed in this way.
const CLOSED: [&str; 11] = [
    "declare::check::Check",
    "declare::format::Format",
    "demo::DemoError",
    "failure::FailureKind",
    "functions::buying::model::Choice",
    "plan::rule::Holds",
    "publish::kind::Kind",
    "publish::target::Encoding",
    "record::event::Event",
    "run::failure::Failure",
    "store::error::StoreErrorKind",
];

/// What is forgotten, by file.
pub(super) fn broken(modules: &Modules<'_>) -> Vec<String> {
    let forgotten = modules.0.iter().flat_map(|(path, module)| {
        let mut choices =
            Choices { modules, module: path, owner: None, imports: Vec::new(), found: Vec::new() };
        module.items.iter().for_each(|item| choices.visit_item(item));
        let file = module.file.display();
        choices.found.into_iter().map(move |found| format!("{file}: {found}"))
    });
    let gone = CLOSED.iter().filter(|name| !modules.defines(name));
    let gone = gone.map(|name| format!("`{name}` is no more, and cannot be closed"));
    forgotten.chain(gone).collect()
}

/// The files that compare a format with one.
pub(super) fn compared(sources: &[Source]) -> Vec<String> {
    let compares = |source: &&Source| {
        let mut compared = Compared::default();
        compared.visit_file(&source.parsed);
        compared.0.iter().any(|of| of == "Format")
    };
    sources.iter().filter(compares).map(|source| source.path.display().to_string()).collect()
}

/// The enums of whose variants one is compared with a value.
#[derive(Default)]
struct Compared(Vec<String>);

impl<'ast> Visit<'ast> for Compared {
    fn visit_expr_binary(&mut self, found: &'ast syn::ExprBinary) {
        if matches!(found.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)) {
            let mut named = Paths::default();
            named.visit_expr(&found.left);
            named.visit_expr(&found.right);
            self.0.extend(named.0.into_iter().filter_map(|path| path.into_iter().nth_back(1)));
        }
        visit::visit_expr_binary(self, found);
    }
}

/// The choices of a module, and which of them forget something.
struct Choices<'a> {
    modules: &'a Modules<'a>,
    module: &'a [String],
    /// What `Self` is.
    owner: Option<Vec<String>>,
    /// The names that the blocks around it import, each with its path.
    imports: Vec<(String, Vec<String>)>,
    found: Vec<String>,
}

/// A way into a pattern: the variant or the type on the way, and the field or the place in it.
type Step = (String, String);

impl Choices<'_> {
    /// The closed enum of which a path names a variant.
    fn closed(&self, path: &[String]) -> Option<String> {
        let path = match (path, &self.owner) {
            ([own, variant], Some(owner)) if own == "Self" => {
                owner.iter().chain([variant]).cloned().collect()
            }
            _ => self.imported(path),
        };
        let Target { module, item } = self.modules.resolve(self.module, &path)?;
        let full = module.into_iter().chain(item).collect::<Vec<_>>().join("::");
        let is_variant = || !full.ends_with(&format!("::{}", path[path.len() - 1]));
        (CLOSED.contains(&full.as_str()) && is_variant()).then_some(full)
    }

    /// A path that begins with a name that a block imports, from the module on.
    fn imported(&self, path: &[String]) -> Vec<String> {
        let found = self.imports.iter().rev().find(|(name, _)| path.first() == Some(name));
        match found {
            Some((_, whole)) => whole.iter().chain(&path[1..]).cloned().collect(),
            None => path.to_vec(),
        }
    }

    /// Where in a pattern variants of closed enums stand.
    fn places(&self, pattern: &Pat, at: &[Step]) -> Vec<(String, Vec<Step>)> {
        let here = |path: &[String]| self.closed(path).map(|of| (of, at.to_vec()));
        let deeper = |(step, inner): (Step, &Pat)| {
            self.places(inner, &at.iter().cloned().chain([step]).collect::<Vec<_>>())
        };
        match pattern {
            Pat::Or(or) => or.cases.iter().flat_map(|case| self.places(case, at)).collect(),
            Pat::Paren(inner) => self.places(&inner.pat, at),
            Pat::Reference(inner) => self.places(&inner.pat, at),
            Pat::Ident(ident) => match &ident.subpat {
                Some((_, inner)) => self.places(inner, at),
                None => here(&[ident.ident.to_string()]).into_iter().collect(),
            },
            _ => {
                let own = written(pattern).and_then(|path| here(&path));
                own.into_iter().chain(fields(pattern).into_iter().flat_map(deeper)).collect()
            }
        }
    }

    fn note(&mut self, pattern: &Pat, how: &str) {
        let mut enums: Vec<String> =
            self.places(pattern, &[]).into_iter().map(|(of, _)| of).collect();
        enums.dedup();
        self.found.extend(enums.into_iter().map(|of| format!("{how} over `{of}`")));
    }
}

/// Whether a pattern takes whatever there is at a place, and asks for nothing else.
fn takes_all(pattern: &Pat, at: &[Step]) -> bool {
    if takes_everything(pattern) {
        return true;
    }
    match (pattern, at.split_first()) {
        (Pat::Or(or), _) => or.cases.iter().any(|case| takes_all(case, at)),
        (Pat::Paren(inner), _) => takes_all(&inner.pat, at),
        (Pat::Reference(inner), _) => takes_all(&inner.pat, at),
        (Pat::Ident(syn::PatIdent { subpat: Some((_, inner)), .. }), _) => takes_all(inner, at),
        (_, Some((step, rest))) => {
            let same = written(pattern).and_then(|path| path.last().cloned()).unwrap_or_default();
            let others = |(found, inner): (Step, &Pat)| match found == *step {
                true => takes_all(inner, rest),
                false => takes_everything(inner),
            };
            same == step.0 && fields(pattern).into_iter().all(others)
        }
        (_, None) => false,
    }
}

/// Whether a pattern takes whatever there is.
fn takes_everything(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Paren(inner) => takes_everything(&inner.pat),
        Pat::Reference(inner) => takes_everything(&inner.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(takes_everything),
        Pat::Ident(ident) => match &ident.subpat {
            Some((_, inner)) => takes_everything(inner),
            None => ident.ident.to_string().starts_with(char::is_lowercase),
        },
        _ => false,
    }
}

/// The path that a pattern begins with.
fn written(pattern: &Pat) -> Option<Vec<String>> {
    let path = match pattern {
        Pat::Path(path) => &path.path,
        Pat::Struct(found) => &found.path,
        Pat::TupleStruct(found) => &found.path,
        _ => return None,
    };
    Some(path.segments.iter().map(|segment| segment.ident.to_string()).collect())
}

/// The patterns right within a pattern, each with the way there.
fn fields(pattern: &Pat) -> Vec<(Step, &Pat)> {
    let name = written(pattern).and_then(|path| path.last().cloned()).unwrap_or_default();
    match pattern {
        Pat::Tuple(tuple) => numbered(&name, tuple.elems.iter()),
        Pat::TupleStruct(found) => numbered(&name, found.elems.iter()),
        Pat::Slice(slice) => numbered(&name, slice.elems.iter()),
        Pat::Struct(found) => found
            .fields
            .iter()
            .map(|field| {
                let member = match &field.member {
                    Member::Named(name) => name.to_string(),
                    Member::Unnamed(index) => index.index.to_string(),
                };
                ((name.clone(), member), &*field.pat)
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn numbered<'a>(name: &str, patterns: impl Iterator<Item = &'a Pat>) -> Vec<(Step, &'a Pat)> {
    patterns.enumerate().map(|(i, inner)| ((name.to_owned(), i.to_string()), inner)).collect()
}

/// What `matches!` is given.
struct Matches {
    value: Expr,
    pattern: Pat,
    guard: Option<Expr>,
}

impl Parse for Matches {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<Token![,]>()?;
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        let guard = match input.parse::<Option<Token![if]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        input.parse::<Option<Token![,]>>()?;
        Ok(Self { value, pattern, guard })
    }
}

impl<'ast> Visit<'ast> for Choices<'_> {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let syn::Type::Path(of) = &*item.self_ty else { return visit::visit_item_impl(self, item) };
        let owner = of.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let before = self.owner.replace(owner);
        visit::visit_item_impl(self, item);
        self.owner = before;
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let around = self.imports.len();
        let trees = block.stmts.iter().filter_map(|statement| match statement {
            syn::Stmt::Item(syn::Item::Use(item)) => Some(&item.tree),
            _ => None,
        });
        let named = trees.flat_map(imported).filter_map(|(name, path)| Some((name?, path)));
        self.imports.extend(named);
        visit::visit_block(self, block);
        self.imports.truncate(around);
    }

    fn visit_expr_match(&mut self, found: &'ast syn::ExprMatch) {
        let places = found.arms.iter().flat_map(|arm| self.places(&arm.pat, &[]));
        let open = |at: &[Step]| {
            let rest = |arm: &Arm| arm.guard.is_none() && takes_all(&arm.pat, at);
            found.arms.iter().any(rest)
        };
        let mut enums: Vec<String> = places.filter(|(_, at)| open(at)).map(|(of, _)| of).collect();
        enums.sort();
        enums.dedup();
        self.found.extend(
            enums.into_iter().map(|of| format!("a match with an arm for all others over `{of}`")),
        );
        visit::visit_expr_match(self, found);
    }

    fn visit_local(&mut self, found: &'ast syn::Local) {
        if found.init.as_ref().is_some_and(|init| init.diverge.is_some()) {
            self.note(&found.pat, "`let … else`");
        }
        visit::visit_local(self, found);
    }

    fn visit_expr_let(&mut self, found: &'ast syn::ExprLet) {
        self.note(&found.pat, "`if let`");
        visit::visit_expr_let(self, found);
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        if let Ok(Matches { value, pattern, guard }) = found.parse_body()
            && found.path.is_ident("matches")
        {
            self.note(&pattern, "`matches!`");
            self.visit_expr(&value);
            if let Some(guard) = &guard {
                self.visit_expr(guard);
            }
            return;
        }
        let inner = found.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        inner.iter().flatten().for_each(|inner| self.visit_expr(inner));
    }
}

const ENUMS: &str = "pub enum Format { Csv, Json(u8), Xlsx { sheet: u8 } }";

/// What is found in code that stands beside enums like those of the program.
fn found(code: &str) -> Vec<String> {
    let modules = made_up(&[
        ("declare/mod.rs", "mod format; pub use self::format::Format;"),
        ("declare/format.rs", ENUMS),
        ("failure.rs", "pub enum FailureKind { A, B }"),
        ("read.rs", code),
    ]);
    let found = broken(&modules).into_iter().filter(|found| !found.contains("no more"));
    found.map(|found| found.trim_start_matches("read.rs: ").to_owned()).collect()
}

#[test]
fn an_arm_for_all_others_is_seen_in_every_dress() {
    for code in [
        "fn f(x: Format) { match x { Format::Csv => 1, _ => 2 }; }",
        "fn f(x: Format) { match x { Format::Csv => 1, other => 2 }; }",
        "fn f(x: &Format) { match x { &Format::Csv => 1, &_ => 2 }; }",
        "fn f(x: Format) { match x { Format::Json(1) | Format::Csv => 1, (_) => 2 }; }",
        "fn f(x: Format) { match x { Format::Xlsx { .. } => 1, kept @ _ => 2 }; }",
        "fn f(x: Option<Format>) { match x { Some(Format::Csv) => 1, Some(_) => 2, None => 3 }; }",
        "fn f(x: Option<Format>) { match x { Some(Format::Csv) => 1, _ => 2 }; }",
        "fn f(x: (Format, u8)) { match x { (Format::Csv, 1) => 1, (_, _) => 2 }; }",
        "fn f(x: (Format, u8)) { match x { (Format::Csv, 1) => 1, (other, ..) => 2 }; }",
        "impl Format { fn f(self) { match self { Self::Csv => 1, _ => 2 }; } }",
        "fn f(x: Format) { matches!(x, Format::Csv); }",
        "fn f(x: Option<Format>) { assert!(matches!(x, Some(Format::Csv) if true)); }",
        "fn f(x: Format) { if let Format::Csv = x {} }",
        "fn f(x: Format) { let Format::Csv = x else { return }; }",
        "fn f(x: Format) { vec![match x { Format::Csv => 1, _ => 2 }]; }",
        "fn f(x: Format) { use Format::Csv; match x { Csv => 1, _ => 2 }; }",
        "fn f(x: Format) { use Format::{Csv as Text, Xlsx}; if true { matches!(x, Text); } }",
        "use Format::Csv; fn f(x: Format) { match x { Csv => 1, _ => 2 }; }",
        "fn f(x: Format) { match x { crate::declare::Format::Csv => 1, _ => 2 }; }",
    ] {
        let found = found(&format!("use crate::declare::Format; {code}"));
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        assert!(found[0].ends_with("over `declare::format::Format`"), "{found:?}");
    }
    let two = found(
        "use crate::{declare::Format, failure::FailureKind};
         fn f(x: (Format, FailureKind)) { match x { (Format::Csv, FailureKind::A) => 1, _ => 2 }; }",
    );
    assert_eq!(two.len(), 2, "{two:?}");
}

#[test]
fn a_match_that_names_all_may_do_as_it_likes_with_the_rest() {
    for code in [
        "fn f(x: Format) { match x { Format::Csv | Format::Json(_) => 1, Format::Xlsx { .. } => 2 }; }",
        "fn f(x: (Format, u8)) { match x { (Format::Csv, _) => 1, (_, 3) => 2, (Format::Json(_), _) => 3 }; }",
        "fn f(x: Option<Format>) { match x { Some(Format::Csv) => 1, None => 2 }; }",
        "fn f(x: Format) { match x { Format::Csv => 1, other if g(other) => 2 }; }",
        "fn f(x: u8) { match x { 1 => Format::Csv, _ => Format::Json(2) }; }",
        "enum Other { Csv } fn f(x: Other) { match x { Other::Csv => 1, _ => 2 }; }",
        "fn f(x: Other) { matches!(x, Other::Csv); }",
    ] {
        let found = found(&format!("use crate::declare::Format; {code}"));
        assert_eq!(found, Vec::<String>::new(), "{code}");
    }
}

#[test]
fn an_enum_that_has_moved_is_missed() {
    let found = broken(&made_up(&[("declare/format.rs", ENUMS)]));
    assert!(
        found.iter().any(|found| found.contains("`failure::FailureKind` is no more")),
        "{found:?}"
    );
    assert!(!found.iter().any(|found| found.contains("Format")), "{found:?}");
}

#[test]
fn a_format_that_is_compared_with_one_is_seen() {
    let of = |code: &str| compared(&[Source::new("read.rs", code)]).len();
    assert_eq!(of("fn f(x: Format) -> bool { x == Format::Csv }"), 1);
    assert_eq!(of("fn f(x: Format) -> bool { &Format::Csv != &x }"), 1);
    assert_eq!(of("fn f(x: Format) -> bool { x.facts() == g(Other::Csv) }"), 0);
}
