//! A list `ALL` of an enum names every variant, so that what is derived from it forgets none.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};

use super::paths::Paths;
use super::program::Source;

/// The enums of a file, each with its variants, and the lists `ALL`, each with the type that has it and the names in
/// it.
#[derive(Default)]
struct Lists {
    enums: BTreeMap<String, Vec<String>>,
    lists: Vec<(String, Vec<String>)>,
}

/// What is missing in lists, by file.
pub(super) fn broken(sources: &[Source]) -> Vec<String> {
    let missing = sources.iter().flat_map(|source| {
        let mut lists = Lists::default();
        lists.visit_file(&source.parsed);
        let file = source.path.display();
        lists.missing().into_iter().map(move |missing| format!("{file}: {missing}"))
    });
    missing.collect()
}

impl Lists {
    fn missing(&self) -> Vec<String> {
        let missing = self.lists.iter().flat_map(|(owner, named)| {
            let variants = self.enums.get(owner).into_iter().flatten();
            let missing = variants.filter(|variant| !named.contains(variant));
            missing.map(move |variant| format!("`{owner}::ALL` lacks `{variant}`"))
        });
        missing.collect()
    }
}

impl<'ast> Visit<'ast> for Lists {
    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        let variants = item.variants.iter().map(|variant| variant.ident.to_string());
        self.enums.insert(item.ident.to_string(), variants.collect());
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if let syn::Type::Path(owner) = &*item.self_ty
            && let Some(owner) = owner.path.segments.last()
        {
            let all = item.items.iter().filter_map(|inner| match inner {
                syn::ImplItem::Const(list) if list.ident == "ALL" => Some(&list.expr),
                _ => None,
            });
            self.lists.extend(all.map(|list| (owner.ident.to_string(), names(list))));
        }
        visit::visit_item_impl(self, item);
    }
}

/// What the paths of an expression end with.
fn names(list: &syn::Expr) -> Vec<String> {
    let mut paths = Paths::default();
    paths.visit_expr(list);
    paths.0.into_iter().filter_map(|path| path.last().cloned()).collect()
}

#[test]
fn a_variant_that_a_list_lacks_is_seen() {
    let of = |list: &str| {
        let code = format!("enum Kind {{ A, B(u8) }} impl Kind {{ {list} }}");
        broken(&[Source::new("read.rs", code)])
    };
    for list in [
        "pub const ALL: [Self; 1] = [Self::A];",
        "const ALL: &[Self] = &[Kind::A];",
        "const ALL: [Self; 2] = [Self::A, Self::A];",
    ] {
        assert_eq!(of(list), ["read.rs: `Kind::ALL` lacks `B`"], "{list}");
    }
    for list in
        ["const ALL: [Self; 2] = [Self::B(0), Self::A];", "const SOME: [Self; 1] = [Self::A];"]
    {
        assert_eq!(of(list), [""; 0], "{list}");
    }
    let skills = "struct Skills(bool); impl Skills { const ALL: Self = Self(true); }";
    assert_eq!(broken(&[Source::new("read.rs", skills)]), [""; 0]);
}
