//! Windows that extend a named one.
//!
//! sqlparser reads `over (w order by day)`, and DataFusion 55.2 ignores the `w`: every row would be
//! in one partition. The definition of `w` is inserted (ISO/IEC 9075-2, 7.15): its partitions, its
//! order if it has one, and the frame of the extending window.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, NamedWindowDefinition, NamedWindowExpr, Select, Statement, VisitorMut, WindowSpec,
    WindowType,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::inner_name::known;
use crate::plan::walk::visit_mut;

/// A window with a clause that is not allowed.
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) help: &'static str,
    pub(super) span: Span,
}

/// Expands the windows that extend named ones.
pub(super) fn write_out(statement: &mut Statement) -> Result<(), Wrong> {
    match visit_mut(statement, &mut Windows::default()) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(wrong) => Err(wrong),
    }
}

/// The named windows of each `select` around the current one.
#[derive(Default)]
struct Windows(Vec<HashMap<String, WindowSpec>>);

impl VisitorMut for Windows {
    type Break = Wrong;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Wrong> {
        self.0.push(HashMap::new());
        for NamedWindowDefinition(name, window) in &mut select.named_window {
            let spec = match window {
                NamedWindowExpr::WindowSpec(spec) => {
                    self.complete(spec)?;
                    spec.clone()
                }
                NamedWindowExpr::NamedWindow(other) => self.named(other)?,
            };
            if let Some(own) = self.0.last_mut() {
                own.insert(known(name), spec);
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &mut Select) -> ControlFlow<Wrong> {
        self.0.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Wrong> {
        match expression {
            Expr::Function(function) => match &mut function.over {
                Some(WindowType::WindowSpec(spec)) => self.complete(spec),
                _ => ControlFlow::Continue(()),
            },
            _ => ControlFlow::Continue(()),
        }
    }
}

impl Windows {
    fn named(&self, name: &Ident) -> ControlFlow<Wrong, WindowSpec> {
        match self.0.last().and_then(|windows| windows.get(&known(name))) {
            Some(spec) => ControlFlow::Continue(spec.clone()),
            None => wrong(
                format!("there is no window `{}` before here", name.value),
                "name it after `from` and `where`: `window w as (partition by … order by …)`",
                name.span,
            ),
        }
    }

    /// Copies the clauses of the window that this one extends.
    fn complete(&self, spec: &mut WindowSpec) -> ControlFlow<Wrong> {
        let Some(name) = spec.window_name.take() else { return ControlFlow::Continue(()) };
        let WindowSpec { partition_by, order_by, window_frame, .. } = self.named(&name)?;
        let twice = |what: &str| {
            wrong(
                format!("the window `{}` has {what}", name.value),
                "write the whole window in brackets",
                name.span,
            )
        };
        if !spec.partition_by.is_empty() {
            return twice("its partitions already");
        }
        if !order_by.is_empty() && !spec.order_by.is_empty() {
            return twice("its order already");
        }
        if window_frame.is_some() {
            return twice("a frame, and cannot be gone on from");
        }
        spec.partition_by = partition_by;
        if spec.order_by.is_empty() {
            spec.order_by = order_by;
        }
        ControlFlow::Continue(())
    }
}

fn wrong<T>(message: String, help: &'static str, span: Span) -> ControlFlow<Wrong, T> {
    ControlFlow::Break(Wrong { message, help, span })
}
