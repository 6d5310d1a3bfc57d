//! How a source writes what can be read in two ways: `1.234` and `01/02/2024`.
//!
//! A column that can be read in one way only settles it for those that could be either: files have
//! one writer. Where columns contradict each other, or none tells, nothing is settled.

/// What comes first in a day written in numbers with the year behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Day,
    Month,
}

/// What is known of the habits of whoever wrote a column, or all columns of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Habits {
    /// What stands before decimals, a point or a comma.
    pub(super) decimal: Option<char>,
    /// What days begin with.
    pub(super) order: Option<Order>,
}

/// What one column says of the habits, and whether it could do with what others say.
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

/// What all say, if somebody says something.
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
