//! Which field of a record goes to which declared column.

use super::columns::Columns;
use super::presence::Presence;
use crate::read::ReadError;

/// The fields of every record of a file, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::read) struct Layout {
    /// For each field of a record, the declared column it fills, if any.
    targets: Vec<Option<usize>>,
    /// Which declared columns there are.
    presence: Presence,
}

impl Layout {
    /// A file without a header: its fields are the declared columns, in order.
    pub(in crate::read) fn by_position(columns: &Columns) -> Self {
        let mut presence = Presence::default();
        columns.in_files().for_each(|column| presence.add(column));
        Self { targets: columns.in_files().map(Some).collect(), presence }
    }

    /// A file with a header: fields are found by name.
    pub(in crate::read) fn by_name(
        header: &[String],
        columns: &Columns,
        file: &str,
    ) -> Result<Self, ReadError> {
        let mut targets = vec![None; header.len()];
        let places = columns.find(header, file)?;
        for (column, place) in places.iter().enumerate() {
            if let Some(place) = place {
                targets[*place] = Some(column);
            }
        }
        Ok(Self { targets, presence: columns.presence(header, &places) })
    }

    /// How many fields a record has.
    pub(in crate::read) fn fields(&self) -> usize {
        self.targets.len()
    }

    /// Which declared columns there are.
    pub(in crate::read) fn presence(&self) -> &Presence {
        &self.presence
    }

    /// The declared column of each field.
    pub(in crate::read) fn targets(&self) -> &[Option<usize>] {
        &self.targets
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;
    use crate::read::column::columns::Columns;

    #[test]
    fn names_may_come_in_any_order_and_others_are_ignored() {
        let header = ["z", "b", "a"].map(str::to_owned);
        let layout = Layout::by_name(&header, &Columns::named(&["a", "b"]), "f").unwrap();
        assert_eq!(layout.targets(), [None, Some(1), Some(0)]);
    }
}
