//! Whether the first row of files is a header, and how certain that is.

use super::period;
use super::split::Record;
use super::table::is_typed;

/// A first row and the texts below each of its cells.
struct Top<'a> {
    cells: Vec<&'a str>,
    below: Vec<Vec<&'a str>>,
}

/// Whether the first records of files are headers, and what is uncertain about that.
pub(super) fn names(files: &[&[Record]]) -> (bool, Option<String>) {
    let Some((first, others)) = files.split_first() else { return (true, None) };
    let Some(top) = Top::of(first) else { return (true, None) };
    let values = top.values();
    if !values.is_empty() || top.cells.iter().all(|cell| cell.is_empty()) {
        return top.beside(&values);
    }
    if !others.is_empty() && others.iter().all(|other| other[0].fields == first[0].fields) {
        return (true, None);
    }
    let found = top.of_texts();
    let settled = found.1.is_some() && others.iter().any(|other| is_header(other));
    if settled { (true, None) } else { found }
}

/// Whether the first of several records is definitely a header.
pub(super) fn is_header(records: &[Record]) -> bool {
    records.len() > 1 && names(&[records]) == (true, None)
}

impl<'a> Top<'a> {
    fn of(records: &'a [Record]) -> Option<Self> {
        let (names, rows) = records.split_first()?;
        let cells: Vec<&str> = names.fields.iter().map(|cell| cell.trim()).collect();
        let column = |at: usize| -> Vec<&str> {
            let cells = rows.iter().filter_map(|row| row.fields.get(at));
            cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect()
        };
        let below = (0..cells.len()).map(column).collect();
        Some(Self { cells, below })
    }

    /// The places of cells that are values.
    fn values(&self) -> Vec<usize> {
        let value = |at: &usize| is_typed(&[self.cells[*at]]);
        (0..self.cells.len()).filter(|at| !self.cells[*at].is_empty()).filter(value).collect()
    }

    /// A row with values is names where these are the periods of a report behind a name, or where the
    /// first cell is a word above values.
    fn beside(&self, values: &[usize]) -> (bool, Option<String>) {
        let cells: Vec<&str> = values.iter().map(|at| self.cells[*at]).collect();
        if values.is_empty() || values[0] == 0 {
            return (false, None);
        }
        let unsure = |names: bool, says: &str| (names, Some(says.to_owned()));
        let go_on = period::ascend(&cells);
        let has_rows = values.iter().any(|at| !self.below[*at].is_empty());
        if has_rows && values.iter().all(|at| period::are_periods(&self.below[*at])) {
            let says = "the first line has years or days in order, but so have the others";
            return if go_on { unsure(false, says) } else { (false, None) };
        }
        if self.is_word_above_values() || (go_on && has_rows) {
            return (true, None);
        }
        if go_on
            || period::count_up(&cells)
            || (has_rows && period::are_periods(&cells) && cells.len() == 1)
        {
            return unsure(true, "years, days or numbers in the first line are taken for names");
        }
        (false, None)
    }

    fn is_word_above_values(&self) -> bool {
        let (word, below) = (self.cells[0], &self.below[0]);
        let with: Vec<&str> = below.iter().copied().chain([word]).collect();
        !word.is_empty() && is_typed(below) && !is_typed(&with)
    }

    /// A row of nothing but texts is names where texts are not all that is below it.
    fn of_texts(&self) -> (bool, Option<String>) {
        if self.below.iter().any(|texts| is_typed(texts)) {
            return (true, None);
        }
        let recurs = |(cell, below): (&&str, &Vec<&str>)| !cell.is_empty() && below.contains(cell);
        if self.cells.iter().zip(&self.below).any(recurs) {
            let note = "the first line holds values that come again below it";
            return (false, Some(note.to_owned()));
        }
        let note = "all columns are text, so the first line could be values as well";
        let has_rows = self.below.iter().any(|texts| !texts.is_empty());
        (true, has_rows.then(|| note.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::names;
    use crate::infer::split::{Dialect, Fields, Record, records};

    const CSV: Dialect = Dialect {
        fields: Fields::Delimited { delimiter: ',', quote: Some('"'), escape: None },
        comment: None,
    };

    /// Whether the first line of a text is a header, and whether that is uncertain.
    fn named(text: &str) -> (bool, bool) {
        let found: Vec<Record> = records(text, CSV, false, 1000).0;
        let (names, note) = names(&[&found]);
        (names, note.is_some())
    }

    #[test]
    fn periods_behind_a_word_are_names_unless_every_line_has_them() {
        for text in [
            "sku,2024,2025\na,1,2\nb,3,4\nc,5,6\n",
            "sku,2024,2025-01-01\na,1,2\n",
            "sku,name,2025,2024,note\na,x,1,2,y\n",
            ",202411,202412\na,1.5,2\n",
            "sku,2024-01-31,2024-02-29\na,1,\nb,,2\n",
            "sku,2024,2025\na,x,y\n",
            "sku,2024-Q1,2024-Q2\na,1,2\n",
            "sku,Jan 2024,Feb 2024\na,1,2\n",
            "id,2024\n17,5\n18,6\n",
            "id,17,4\n17,5,6\n18,6,7\n",
        ] {
            assert_eq!(named(text), (true, false), "{text}");
        }
        for text in
            ["sku,2024\na,1\nb,2\n", "sku,2024,2025\n", "who,1,2,3,4\na,5,5,3,1\nb,1,2,2,2\n"]
        {
            assert_eq!(named(text), (true, true), "{text}");
        }
        assert_eq!(named("ann,1990,2001\nbob,1985,2003\n"), (false, true));
        for text in [
            "ann,2024-01-01\nbob,2024-01-02\n",
            "ann,2024-01-01,5\nbob,2024-01-02,6\n",
            "ann,5,7\nbob,2,3\n",
            "2024,2025\n1,2\n",
            "ann,2025,2024,2026\nbob,1,2,3\n",
            "ann,2024-01-01\n",
        ] {
            assert_eq!(named(text), (false, false), "{text}");
        }
    }
}
