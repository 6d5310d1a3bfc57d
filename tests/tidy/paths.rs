//! The paths that code names: in imports, in types and expressions, in attributes, and in what macros
//! are given, which is no syntax yet.

use syn::visit::{self, Visit};

/// Paths as they are written, from their first segment on.
#[derive(Default)]
pub(super) struct Paths(pub(super) Vec<Vec<String>>);

impl Paths {
    pub(super) fn of<'a>(items: impl IntoIterator<Item = &'a syn::Item>) -> Vec<Vec<String>> {
        let mut paths = Self::default();
        items.into_iter().for_each(|item| paths.visit_item(item));
        paths.0
    }

    /// Names that `::` joins. A name alone may be anything.
    fn tokens(&mut self, tokens: &str) {
        let tokens = tokens.replace(" :: ", "::").replace(":: ", "::").replace(" ::", "::");
        let words = tokens.split(|sign: char| !sign.is_alphanumeric() && !"_:".contains(sign));
        let paths = words.filter(|word| word.contains("::")).map(|word| {
            let names = word.split("::").map(|name| name.trim_matches(':').to_owned());
            names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
        });
        self.0.extend(paths.filter(|path| path.len() > 1));
    }
}

/// The names that an import makes known, each with its path; those of `*` are not included.
pub(super) fn imported(tree: &syn::UseTree) -> Vec<(Option<String>, Vec<String>)> {
    let mut found = Vec::new();
    walk(tree, Vec::new(), &mut found);
    found
}

fn walk(
    tree: &syn::UseTree,
    mut before: Vec<String>,
    found: &mut Vec<(Option<String>, Vec<String>)>,
) {
    match tree {
        syn::UseTree::Path(path) => {
            before.push(path.ident.to_string());
            walk(&path.tree, before, found);
        }
        syn::UseTree::Group(group) => {
            group.items.iter().for_each(|tree| walk(tree, before.clone(), found));
        }
        syn::UseTree::Name(name) if name.ident == "self" => {
            found.push((before.last().cloned(), before));
        }
        syn::UseTree::Name(name) => {
            before.push(name.ident.to_string());
            found.push((before.last().cloned(), before));
        }
        syn::UseTree::Rename(name) => {
            if name.ident != "self" {
                before.push(name.ident.to_string());
            }
            found.push((Some(name.rename.to_string()), before));
        }
        syn::UseTree::Glob(_) => found.push((None, before)),
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.0.extend(imported(&item.tree).into_iter().map(|(name, mut path)| {
            // The root as a whole, or all of a module.
            if name.is_none() || path == ["crate"] {
                path.push("*".to_owned());
            }
            path
        }));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        self.tokens(&found.tokens.to_string());
        visit::visit_macro(self, found);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(&list.tokens.to_string());
        }
        visit::visit_attribute(self, attribute);
    }
}

#[test]
fn a_path_is_seen_wherever_it_stands() {
    let code = r#"
        use crate::a::{self, b::C, d::*, e as f};
        #[serde(with = "crate::in_attribute::text")]
        struct S(crate::in_type::T<crate::in_argument::U>);
        fn g() -> crate::in_answer::R {
            let x = crate::in_expression::make(vec![super::super::in_macro::V, 1]);
            schemars::schema_for!(crate::in_schema::P);
            matches!(x, self::Kind::A(_) if crate::in_guard::holds(x))
        }
    "#;
    let found = Paths::of(&syn::parse_file(code).unwrap().items);
    let found: Vec<String> = found.iter().map(|path| path.join("::")).collect();
    for path in [
        "crate::a",
        "crate::a::b::C",
        "crate::a::d::*",
        "crate::a::e",
        "crate::in_attribute::text",
        "crate::in_type::T",
        "crate::in_argument::U",
        "crate::in_answer::R",
        "crate::in_expression::make",
        "super::super::in_macro::V",
        "crate::in_schema::P",
        "self::Kind::A",
        "crate::in_guard::holds",
    ] {
        assert!(found.iter().any(|it| it == path), "{path} is not among {found:?}");
    }
}
