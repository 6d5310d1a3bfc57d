//! The notation of a source for ambiguous values: `1.234` and `01/02/2024`.
//!
//! A column with only one interpretation settles it for ambiguous ones: files have one writer.
//! If columns contradict each other, or all are ambiguous, nothing is settled.

/// What comes first in a day written in numbers with the year behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Day,
    Month,
}

/// What is known about the notation of a column, or of all columns of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Habits {
    /// The decimal separator, a point or a comma.
    pub(super) decimal: Option<char>,
    /// What days begin with.
    pub(super) order: Option<Order>,
}

/// What one column shows about the notation, and whether it depends on the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tells {
    /// What it shows beyond doubt.
    pub(super) says: Habits,
    /// Whether it can be read in two ways.
    pub(super) asks: bool,
}

impl Habits {
    /// What columns have in common.
    pub(super) fn common(columns: impl Iterator<Item = Self> + Clone) -> Self {
        Self {
            decimal: agreed(columns.clone().filter_map(|it| it.decimal)),
            order: agreed(columns.filter_map(|it| it.order)),
        }
    }
}

/// The combined evidence, if there is any.
fn agreed<T: PartialEq>(mut said: impl Iterator<Item = T>) -> Option<T> {
    let first = said.next()?;
    said.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{Habits, Order};

    #[test]
    fn habits_are_common_where_nobody_contradicts() {
        let decimal = |mark| Habits { decimal: Some(mark), order: None };
        let day = Habits { decimal: None, order: Some(Order::Day) };
        let common = |said: &[Habits]| Habits::common(said.iter().copied());
        assert_eq!(common(&[]), Habits::default());
        assert_eq!(
            common(&[decimal(','), day, decimal(',')]),
            Habits { decimal: Some(','), ..day }
        );
        assert_eq!(common(&[decimal(','), day, decimal('.')]), day);
    }
}
