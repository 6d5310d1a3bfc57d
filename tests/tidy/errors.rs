//! Errors say their cause in their message or hand it over as their source, and never both, so that a
//! chain of causes says nothing twice.

use syn::visit::{self, Visit};
use syn::{Attribute, Field, Fields, Meta};

use super::program::Source;

/// What a message includes of its own source: the error or the variant.
#[derive(Default)]
struct Twice(Vec<String>);

impl<'ast> Visit<'ast> for Twice {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.look(&item.ident, &item.attrs, &item.fields);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.look(&variant.ident, &variant.attrs, &variant.fields);
        visit::visit_variant(self, variant);
    }
}

impl Twice {
    fn look(&mut self, name: &syn::Ident, attributes: &[Attribute], fields: &Fields) {
        let Some(message) = message(attributes) else { return };
        let mut fields = fields.iter().enumerate();
        if fields.any(|(at, field)| is_source(field) && says(&message, at, field)) {
            self.0.push(name.to_string());
        }
    }
}

/// What an error says: the arguments of `#[error(…)]`; nothing if it passes on what another says.
fn message(attributes: &[Attribute]) -> Option<String> {
    let list = attributes.iter().find(|it| it.path().is_ident("error"))?.meta.require_list();
    let message = list.ok()?.tokens.to_string();
    (message != "transparent").then_some(message)
}

/// Whether `source()` gives a field.
fn is_source(field: &Field) -> bool {
    let marked = |it: &Attribute| matches!(&it.meta, Meta::Path(path) if path.is_ident("source") || path.is_ident("from"));
    field.attrs.iter().any(marked) || field.ident.as_ref().is_some_and(|name| name == "source")
}

/// Whether a message contains a field: within its text, or among the arguments.
fn says(message: &str, at: usize, field: &Field) -> bool {
    let name = field.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string);
    let packed: String = message.split_whitespace().collect();
    let whole = |start: usize| {
        let next = packed[start..].chars().next();
        next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
    };
    ["{", "."].into_iter().any(|before| {
        let field = format!("{before}{name}");
        packed.match_indices(&field).any(|(found, _)| whole(found + field.len()))
    })
}

fn twice(parsed: &syn::File) -> Vec<String> {
    let mut twice = Twice::default();
    twice.visit_file(parsed);
    twice.0
}

/// The errors that print their source and return it.
pub(super) fn broken(sources: &[Source]) -> Vec<String> {
    let found = sources.iter().flat_map(|source| {
        let path = source.path.display();
        twice(&source.parsed).into_iter().map(move |name| format!("{path}: {name}"))
    });
    found.collect()
}

#[test]
fn every_way_to_say_a_source_is_seen() {
    let errors = r#"
        #[error("a: {source}")] struct A { source: E }
        #[error("b: {}", shown(.cause))] struct B { #[source] cause: E }
        enum C {
            #[error("{0}")] C1(#[from] E),
            #[error("c: {}", printable(&.0.to_string()))] C2(#[source] E),
            #[error("c: {name}: {source:?}")] C3 { name: String, source: E },
            #[error("c")] Good1(#[from] E),
            #[error(transparent)] Good2(#[from] E),
            #[error("c: {error}")] Good3 { error: E },
            #[error("c: {source_name}")] Good4 { source_name: String, source: E },
        }
    "#;
    assert_eq!(twice(&syn::parse_file(errors).unwrap()), ["A", "B", "C1", "C2", "C3"]);
}
