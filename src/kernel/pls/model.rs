//! A path model: which items show a construct, and which construct moves which.

/// How a construct and its items hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Reflective, mode A: the construct shows in its items.
    Reflective,
    /// Formative, mode B: the items make the construct.
    Formative,
}

/// A construct with the items that it is measured by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Construct {
    /// As in the model's text.
    pub name: String,
    /// Places among [`PathModel::items`].
    pub items: Vec<usize>,
    /// How they hang together.
    pub mode: Mode,
}

/// An arrow between two constructs, as places among [`PathModel::constructs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// What moves.
    pub from: usize,
    /// What is moved.
    pub to: usize,
}

/// A checked model: every construct has items and a path, no item belongs to
/// two, and no path leads back to where it came from.
///
/// [`PathModel::parse`](super::PathModel::parse) makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathModel {
    pub(super) items: Vec<String>,
    pub(super) constructs: Vec<Construct>,
    pub(super) paths: Vec<Path>,
}

impl PathModel {
    /// The names of all columns, in their order; a model need not use them all.
    #[must_use]
    pub fn items(&self) -> &[String] {
        &self.items
    }

    /// In the order in which they were first named.
    #[must_use]
    pub fn constructs(&self) -> &[Construct] {
        &self.constructs
    }

    /// In the order in which they were written.
    #[must_use]
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// The places of the items that belong to a construct, ascending.
    #[must_use]
    pub fn used(&self) -> Vec<usize> {
        (0..self.items.len()).filter(|item| self.owner(*item).is_some()).collect()
    }

    /// What moves a construct directly.
    pub(super) fn predecessors(&self, construct: usize) -> Vec<usize> {
        self.paths.iter().filter(|path| path.to == construct).map(|path| path.from).collect()
    }

    /// What a construct moves directly.
    pub(super) fn successors(&self, construct: usize) -> Vec<usize> {
        self.paths.iter().filter(|path| path.from == construct).map(|path| path.to).collect()
    }

    /// The construct that an item belongs to.
    pub(super) fn owner(&self, item: usize) -> Option<usize> {
        self.constructs.iter().position(|construct| construct.items.contains(&item))
    }

    /// How many terms the largest of its regressions has: constructs that move one, or the items that
    /// make one.
    pub(super) fn largest_regression(&self) -> usize {
        let inner = (0..self.constructs.len()).map(|construct| self.predecessors(construct).len());
        let outer = self.constructs.iter().map(|construct| match construct.mode {
            Mode::Reflective => 1,
            Mode::Formative => construct.items.len(),
        });
        inner.chain(outer).max().unwrap_or(1)
    }

    /// The constructs, each after all that move it. `None` if paths go round.
    pub(super) fn in_causal_order(&self) -> Option<Vec<usize>> {
        let mut order: Vec<usize> = Vec::with_capacity(self.constructs.len());
        while order.len() < self.constructs.len() {
            let ready = (0..self.constructs.len()).find(|construct| {
                let known = |other: &usize| order.contains(other);
                !known(construct) && self.predecessors(*construct).iter().all(known)
            })?;
            order.push(ready);
        }
        Some(order)
    }
}
