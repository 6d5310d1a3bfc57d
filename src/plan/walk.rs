//! Traversals of a syntax tree.
//!
//! The parser compiles its own anew for every closure and every visitor, half a megabyte each. Here one visitor stands
//! for all of them, so that there is one for reading and one for writing.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, Query, Select, Statement, TableFactor, ValueWithSpan, Visit, VisitMut,
    Visitor, VisitorMut,
};

/// What a visitor stands for, and what ended it.
struct Keeping<'a, V, B> {
    visitor: &'a mut V,
    ended_by: Option<B>,
}

/// Any visitor.
struct Any<'a, V: ?Sized>(&'a mut V);

/// A visitor that hands every step on, twice: to keep what ends a traversal, and to hide what kind of visitor it is.
macro_rules! hands_on {
    ($visitor:ident { $($step:ident $part:ty,)* }) => {
        impl<V: $visitor> $visitor for Keeping<'_, V, V::Break> {
            type Break = ();
            $(fn $step(&mut self, part: $part) -> ControlFlow<()> {
                self.visitor.$step(part).map_break(|value| self.ended_by = Some(value))
            })*
        }

        impl $visitor for Any<'_, dyn $visitor<Break = ()> + '_> {
            type Break = ();
            $(fn $step(&mut self, part: $part) -> ControlFlow<()> {
                self.0.$step(part)
            })*
        }
    };
}

hands_on!(Visitor {
    pre_visit_query &Query,
    post_visit_query &Query,
    pre_visit_select &Select,
    post_visit_select &Select,
    pre_visit_relation &ObjectName,
    post_visit_relation &ObjectName,
    pre_visit_table_factor &TableFactor,
    post_visit_table_factor &TableFactor,
    pre_visit_expr &Expr,
    post_visit_expr &Expr,
    pre_visit_statement &Statement,
    post_visit_statement &Statement,
    pre_visit_value &ValueWithSpan,
    post_visit_value &ValueWithSpan,
});

hands_on!(VisitorMut {
    pre_visit_query &mut Query,
    post_visit_query &mut Query,
    pre_visit_select &mut Select,
    post_visit_select &mut Select,
    pre_visit_relation &mut ObjectName,
    post_visit_relation &mut ObjectName,
    pre_visit_table_factor &mut TableFactor,
    post_visit_table_factor &mut TableFactor,
    pre_visit_expr &mut Expr,
    post_visit_expr &mut Expr,
    pre_visit_statement &mut Statement,
    post_visit_statement &mut Statement,
    pre_visit_value &mut ValueWithSpan,
    post_visit_value &mut ValueWithSpan,
});

/// Visits a part with any visitor, and returns what ended it.
pub(in crate::plan) fn visit<V: Visitor>(
    part: &impl Visit,
    visitor: &mut V,
) -> ControlFlow<V::Break> {
    let mut keeping = Keeping { visitor, ended_by: None };
    let any: &mut dyn Visitor<Break = ()> = &mut keeping;
    let _: ControlFlow<()> = part.visit(&mut Any(any));
    keeping.ended_by.map_or(ControlFlow::Continue(()), ControlFlow::Break)
}

/// The same, with changes.
pub(in crate::plan) fn visit_mut<V: VisitorMut>(
    part: &mut impl VisitMut,
    visitor: &mut V,
) -> ControlFlow<V::Break> {
    let mut keeping = Keeping { visitor, ended_by: None };
    let any: &mut dyn VisitorMut<Break = ()> = &mut keeping;
    let _: ControlFlow<()> = part.visit(&mut Any(any));
    keeping.ended_by.map_or(ControlFlow::Continue(()), ControlFlow::Break)
}

/// Calls a closure with every expression: the outer before the inner.
struct Expressions<F>(F);

impl<B, F: FnMut(&Expr) -> ControlFlow<B>> Visitor for Expressions<F> {
    type Break = B;

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<B> {
        self.0(expression)
    }
}

/// The same to change them: the inner before the outer.
struct Changed<F>(F);

impl<B, F: FnMut(&mut Expr) -> ControlFlow<B>> VisitorMut for Changed<F> {
    type Break = B;

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<B> {
        self.0(expression)
    }
}

/// Calls a closure with the name of every table.
struct Relations<F>(F);

impl<B, F: FnMut(&ObjectName) -> ControlFlow<B>> Visitor for Relations<F> {
    type Break = B;

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<B> {
        self.0(relation)
    }
}

/// Every expression of a part, the outer before the inner.
pub(in crate::plan) fn visit_expressions<B>(
    part: &impl Visit,
    each: impl FnMut(&Expr) -> ControlFlow<B>,
) -> ControlFlow<B> {
    visit(part, &mut Expressions(each))
}

/// Every expression of a part, the inner before the outer, to change it.
pub(in crate::plan) fn visit_expressions_mut<B>(
    part: &mut impl VisitMut,
    each: impl FnMut(&mut Expr) -> ControlFlow<B>,
) -> ControlFlow<B> {
    visit_mut(part, &mut Changed(each))
}

/// The name of every table of a part.
pub(in crate::plan) fn visit_relations<B>(
    part: &impl Visit,
    each: impl FnMut(&ObjectName) -> ControlFlow<B>,
) -> ControlFlow<B> {
    visit(part, &mut Relations(each))
}
