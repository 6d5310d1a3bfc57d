//! The rows of a sheet, in batches.

use calamine::XlsxCellReader;

use super::cell::Cell;
use super::extent;
use super::workbook::{self, Bytes};
use crate::plan::{Margins, SourcePlan};
use crate::read::ReadError;
use crate::read::account::{Margin, Skipped};
use crate::read::column::as_json::object_of;
use crate::read::column::{Columns, Layout, Presence};
use crate::read::format::margins::{Footed, Header, Window};

/// What is to be read of a workbook.
pub(super) struct Sheet {
    file: String,
    name: Option<String>,
    header: bool,
    margins: Margins,
    columns: Columns,
    /// How many columns are declared.
    width: usize,
}

/// A batch of rows, column by column.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// What the sheet calls each declared column, if it has it.
    pub(super) names: Vec<Option<String>>,
    /// The row in the sheet, from 1.
    pub(super) lines: Vec<i64>,
    /// The cells of the declared columns.
    pub(super) columns: Vec<Vec<Option<Cell>>>,
    /// The rows that go on where no column is declared.
    pub(super) too_wide: Vec<usize>,
    /// Which declared columns the sheet has.
    pub(super) presence: Presence,
    /// The rows that were left out since the batch before.
    pub(super) skipped: Skipped,
}

impl Footed for Batch {
    fn rows(&self) -> usize {
        self.lines.len()
    }

    fn cut(&mut self, rows: usize) {
        for row in rows..self.lines.len() {
            let text = self.object(row);
            self.skipped.note(Margin::Footer, self.lines[row], text.as_bytes());
        }
        self.lines.truncate(rows);
        self.columns.iter_mut().for_each(|cells| cells.truncate(rows));
        self.too_wide.retain(|row| *row < rows);
    }
}

impl Batch {
    fn new(table: &Table) -> Self {
        let (names, columns) = (table.names.clone(), vec![Vec::new(); table.names.len()]);
        let presence = if table.named { table.presence.clone() } else { Presence::default() };
        Self { names, columns, presence, ..Self::default() }
    }

    /// What a cell holds.
    pub(super) fn cell(&self, column: usize, row: usize) -> Option<&Cell> {
        self.columns[column].get(row)?.as_ref()
    }

    /// A row as a JSON object, under the names that the sheet gives its columns.
    pub(super) fn object(&self, row: usize) -> String {
        let named = self.names.iter().enumerate();
        let members = named.filter_map(|(column, name)| {
            let value = self.cell(column, row).map_or_else(|| "null".to_owned(), Cell::json);
            Some((name.as_deref()?, value))
        });
        object_of(members)
    }

    /// Adds a row of no values.
    fn begin(&mut self, line: i64) {
        self.lines.push(line);
        for column in &mut self.columns {
            column.push(None);
        }
    }

    fn put(&mut self, column: usize, cell: Cell) {
        if let Some(last) = self.columns[column].last_mut() {
            *last = Some(cell);
        }
    }

    fn widen(&mut self) {
        let row = self.lines.len() - 1;
        if self.too_wide.last() != Some(&row) {
            self.too_wide.push(row);
        }
    }
}

impl Sheet {
    /// The sheet that a source means, in a file.
    pub(super) fn new(source: &SourcePlan, file: &str) -> Self {
        Self {
            file: file.to_owned(),
            name: source.sheet.clone(),
            header: source.dialect.header,
            margins: source.margins.clone(),
            columns: Columns::of(source),
            width: source.columns.len(),
        }
    }

    /// Reads a workbook and passes its rows to `give`, until that returns false, if `grant` allows
    /// the memory.
    pub(super) fn read<E: From<ReadError>>(
        &self,
        (whole, batch): (Vec<u8>, usize),
        grant: impl FnOnce(u64) -> Result<(), E>,
        mut give: impl FnMut(Batch) -> bool,
    ) -> Result<(), E> {
        if whole.is_empty() {
            return Ok(());
        }
        let damaged = |error| workbook::damaged(&self.file, &error);
        let mut book = workbook::open(&self.file, whole, grant)?;
        let sheet = workbook::sheet(&book, self.name.as_deref(), &self.file)?;
        let mut cells = Cells::of(book.worksheet_cells_reader(&sheet).map_err(damaged)?);
        let mut skipped = self.before(&mut cells)?;
        let table = self.table(&mut cells, &mut skipped)?;
        let mut window = Window::new(self.margins.footer_rows);
        let mut rows = Batch { skipped, ..Batch::new(&table) };
        while let Some(row) = cells.row(&self.file)? {
            if rows.lines.len() >= batch {
                window.push(std::mem::replace(&mut rows, Batch::new(&table)));
            }
            table.add(row, &mut rows);
            if !std::iter::from_fn(|| window.pop()).all(&mut give) {
                return Ok(());
            }
        }
        window.push(rows);
        window.end();
        let _ = std::iter::from_fn(|| window.pop()).all(give);
        Ok(())
    }

    /// Skips the first rows of the sheet as declared.
    fn before(&self, cells: &mut Cells) -> Result<Skipped, ReadError> {
        let mut skipped = Skipped::default();
        while cells.line(&self.file)?.is_some_and(|line| line < self.margins.skip_rows) {
            if let Some(row) = cells.row(&self.file)? {
                skipped.note(Margin::Before, row.line, row.text().as_bytes());
            }
        }
        Ok(skipped)
    }

    /// Where the columns are; nowhere in a sheet that is empty although it ought to have names.
    fn table(&self, cells: &mut Cells, skipped: &mut Skipped) -> Result<Table, ReadError> {
        if !self.header {
            let layout = Layout::by_position(&self.columns);
            let targets: Vec<_> = layout.targets().iter().copied().enumerate().collect();
            let names = targets.iter().map(|(place, _)| format!("column {}", place + 1)).collect();
            return Ok(Table::new(targets, names, self.width, None));
        }
        let Some(names) = self.names(cells, skipped)? else {
            return Ok(Table::new(Vec::new(), Vec::new(), self.width, Some(Presence::default())));
        };
        let named = names.into_iter().enumerate().filter(|(_, name)| !name.is_empty());
        let (places, names): (Vec<usize>, Vec<String>) = named.unzip();
        let layout = Layout::by_name(&names, &self.columns, &self.file)?;
        let targets = places.into_iter().zip(layout.targets().iter().copied()).collect();
        let presence = layout.presence().clone();
        Ok(Table::new(targets, names, self.width, Some(presence)))
    }

    /// What the header calls the columns of the sheet; nothing if it is not all there.
    fn names(
        &self,
        cells: &mut Cells,
        skipped: &mut Skipped,
    ) -> Result<Option<Vec<String>>, ReadError> {
        let mut header = Header::of(&self.margins);
        while let Some(row) = cells.row(&self.file)? {
            if !header.names_next() {
                skipped.note(Margin::Header, row.line, row.text().as_bytes());
            }
            if let Some(names) = header.add(row.texts()) {
                return Ok(Some(names));
            }
        }
        Ok(None)
    }
}

/// How much is held of a workbook of which only the first rows are wanted, in bytes.
const MAX_HELD: u64 = 1 << 30;

/// The texts of the first rows of the first sheet of a workbook that hold anything, each with its
/// row in the sheet.
///
/// # Errors
/// It is not a workbook, or a damaged one.
pub(crate) fn first_sheet(
    file: &str,
    whole: Vec<u8>,
    most: usize,
) -> Result<Vec<(i64, Vec<String>)>, ReadError> {
    let damaged = |error| workbook::damaged(file, &error);
    let mut book = workbook::open(file, whole, |held| {
        let most = format!("{} MiB", MAX_HELD >> 20);
        let size = format!("{} MiB to be held at once", held >> 20);
        (held <= MAX_HELD).then_some(()).ok_or_else(|| workbook::too_large(file, size, most))
    })?;
    let sheet = workbook::sheet(&book, None, file)?;
    let mut cells = Cells::of(book.worksheet_cells_reader(&sheet).map_err(damaged)?);
    let mut rows = Vec::new();
    while let Some(row) = cells.row(file)?.filter(|_| rows.len() < most) {
        rows.push((row.line, row.texts()));
    }
    Ok(rows)
}

/// Where the declared columns are in a sheet.
struct Table {
    /// For each column of the sheet, from the first, the declared column that it is.
    targets: Vec<Option<usize>>,
    names: Vec<Option<String>>,
    /// Whether the sheet names its columns, and may have more than the known ones.
    named: bool,
    presence: Presence,
}

impl Table {
    fn new(
        targets: Vec<(usize, Option<usize>)>,
        found: Vec<String>,
        width: usize,
        presence: Option<Presence>,
    ) -> Self {
        let (targets_of, named) = (Vec::new(), presence.is_some());
        let presence = presence.unwrap_or_default();
        let mut table = Self { targets: targets_of, names: vec![None; width], named, presence };
        for ((place, target), name) in targets.into_iter().zip(found) {
            table.targets.resize(table.targets.len().max(place + 1), None);
            table.targets[place] = target;
            if let Some(column) = target {
                table.names[column] = Some(name);
            }
        }
        table
    }

    fn add(&self, row: Row, rows: &mut Batch) {
        rows.begin(row.line);
        let last = row.cells.last().map_or(0, |(place, _)| *place);
        if !self.named {
            // Without names, a row that goes as far as a column has it.
            let far = self.targets.iter().take(last + 1).flatten();
            far.for_each(|column| rows.presence.add(*column));
        }
        for (place, cell) in row.cells {
            match self.targets.get(place) {
                Some(Some(column)) => rows.put(*column, cell),
                None if !self.named => rows.widen(),
                _ => {}
            }
        }
    }
}

/// A row with at least one value.
struct Row {
    line: i64,
    /// The column of the sheet, from 0, and what is in it.
    cells: Vec<(usize, Cell)>,
}

impl Row {
    /// The texts of the columns of the sheet, from the first.
    fn texts(&self) -> Vec<String> {
        let width = self.cells.iter().map(|(place, _)| place + 1).max().unwrap_or(0);
        let mut texts = vec![String::new(); width];
        for (place, cell) in &self.cells {
            cell.text().trim().clone_into(&mut texts[*place]);
        }
        texts
    }

    /// The row as a line of text, to show it.
    fn text(&self) -> String {
        self.texts().join(",")
    }
}

/// The cells of a sheet, which only those are that hold something.
struct Cells<'a> {
    reader: XlsxCellReader<'a, Bytes>,
    next: Option<(u32, usize, Cell)>,
    ended: bool,
}

impl<'a> Cells<'a> {
    fn of(reader: XlsxCellReader<'a, Bytes>) -> Self {
        Self { reader, next: None, ended: false }
    }

    fn row(&mut self, file: &str) -> Result<Option<Row>, ReadError> {
        let Some((line, place, cell)) = self.take(file)? else { return Ok(None) };
        let mut row = Row { line: i64::from(line) + 1, cells: vec![(place, cell)] };
        while let Some((next, place, cell)) = self.take(file)? {
            if next != line {
                self.next = Some((next, place, cell));
                let problem = "its rows are out of order".to_owned();
                let wrong = ReadError::Workbook { file: file.to_owned(), problem };
                return if next > line { Ok(Some(row)) } else { Err(wrong) };
            }
            row.cells.push((place, cell));
        }
        Ok(Some(row))
    }

    /// Which row of the sheet comes next, from 0.
    fn line(&mut self, file: &str) -> Result<Option<u32>, ReadError> {
        self.next = self.take(file)?;
        Ok(self.next.as_ref().map(|(line, ..)| *line))
    }

    fn take(&mut self, file: &str) -> Result<Option<(u32, usize, Cell)>, ReadError> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        // The reader takes a look behind the end for a sheet that is cut off.
        while !self.ended {
            let found = self.reader.next_cell_with_formula_metadata();
            let Some(found) = found.map_err(|error| workbook::damaged(file, &error))? else {
                self.ended = true;
                break;
            };
            if let Some(cell) = Cell::of(&found.value, found.formula) {
                let (row, column) = found.pos;
                // Rows and cells may also be counted.
                if u64::from(row) >= extent::ROWS || u64::from(column) >= extent::COLUMNS {
                    let problem = "it has more rows or columns than a sheet".to_owned();
                    return Err(ReadError::Workbook { file: file.to_owned(), problem });
                }
                return Ok(Some((row, column as usize, cell)));
            }
        }
        Ok(None)
    }
}
