//! The rows that head a file, one or several of which name its columns.

use crate::plan::Margins;

/// The rows of a header as they come, until all of them are there.
#[derive(Debug, Clone)]
pub(in crate::read) struct Header {
    rows: u32,
    names_rows: Vec<u32>,
    seen: u32,
    names: Vec<Vec<String>>,
}

impl Header {
    /// A header of which nothing is there yet.
    pub(in crate::read) fn of(margins: &Margins) -> Self {
        let names_rows = margins.names_rows.clone();
        Self { rows: margins.header_rows, names_rows, seen: 0, names: Vec::new() }
    }

    /// Whether the row that comes next names columns, and does not only explain them.
    pub(in crate::read::format) fn names_next(&self) -> bool {
        self.names_rows.contains(&(self.seen + 1))
    }

    /// Adds a row; the names of the columns, once it was the last.
    pub(in crate::read) fn add(&mut self, row: Vec<String>) -> Option<Vec<String>> {
        if self.names_next() {
            self.names.push(row);
        }
        self.seen += 1;
        (self.seen == self.rows).then(|| joined_names(std::mem::take(&mut self.names)))
    }
}

/// The texts of each column, those of several rows joined by a blank. In all rows but the last, an
/// empty field continues the one to its left, as merged cells are exported.
pub(crate) fn joined_names(mut rows: Vec<Vec<String>>) -> Vec<String> {
    let Some(last) = rows.pop() else { return Vec::new() };
    if rows.is_empty() {
        return last;
    }
    let width = rows.iter().chain([&last]).map(Vec::len).max().unwrap_or(0);
    for row in &mut rows {
        row.resize(width, String::new());
        continued(row);
    }
    rows.push(last);
    let texts = |at: usize| rows.iter().filter_map(move |row| row.get(at));
    let name = |at| texts(at).filter(|text| !text.is_empty()).map(String::as_str);
    (0..width).map(|at| name(at).collect::<Vec<_>>().join(" ")).collect()
}

fn continued(row: &mut [String]) {
    for at in 1..row.len() {
        if row[at].is_empty() {
            let (left, rest) = row.split_at_mut(at);
            rest[0].clone_from(&left[at - 1]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Header;
    use crate::plan::Margins;

    fn names(names_rows: &[u32], rows: &[&[&str]]) -> Option<Vec<String>> {
        let header_rows = u32::try_from(rows.len()).unwrap();
        let margins =
            Margins { header_rows, names_rows: names_rows.to_vec(), ..Margins::default() };
        let mut header = Header::of(&margins);
        rows.iter().find_map(|row| header.add(row.iter().map(|&text| text.to_owned()).collect()))
    }

    #[test]
    fn one_row_of_several_names_the_columns_as_it_stands() {
        let rows: [&[&str]; 3] = [&["a", ""], &["b", "c"], &["d"]];
        assert_eq!(names(&[1], &rows).unwrap(), ["a", ""]);
        assert_eq!(names(&[2], &rows).unwrap(), ["b", "c"]);
        assert_eq!(names(&[3], &rows).unwrap(), ["d"]);
    }

    #[test]
    fn names_of_several_rows_are_joined_and_merged_cells_go_on() {
        let rows: [&[&str]; 2] = [&["id", "Liked?", "", "Why"], &["", "Price", "Quality", ""]];
        assert_eq!(names(&[1, 2], &rows).unwrap(), ["id", "Liked? Price", "Liked? Quality", "Why"]);
        let rows: [&[&str]; 2] = [&["a"], &["b", "c"]];
        assert_eq!(names(&[1, 2], &rows).unwrap(), ["a b", "a c"]);
    }
}
