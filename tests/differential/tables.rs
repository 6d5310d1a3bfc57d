//! Small tables, full of edge cases: NULL, duplicates, signs, no rows.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch,
    StringArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::parquet::arrow::ArrowWriter;

use super::choices::Choices;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Money,
    Text,
    Day,
    Flag,
    /// A mean: only to be looked at, since two engines may keep it in two types.
    Mean,
}

/// The columns of every table: name, type in SQL, kind.
pub(super) const COLUMNS: [(&str, &str, Kind); 7] = [
    ("k", "bigint", Kind::Integer),
    ("n", "int", Kind::Integer),
    ("d", "decimal(18,2)", Kind::Money),
    ("s", "varchar", Kind::Text),
    ("t", "date", Kind::Day),
    ("f", "boolean", Kind::Flag),
    ("m", "bigint", Kind::Integer),
];

const TEXTS: [&str; 8] = ["a", "b", "ab", "", "B", "é", "a b", "ba"];
const CENTS: [i128; 8] = [0, 100, -100, 125, 250, -5, 999, 1000];
/// Days since 1970: around the end of a month, a leap day, the turn of a year, before 1970.
const DAYS: [i32; 7] = [19_782, 19_783, 19_722, 19_723, -1, 0, 19_753];

/// A table: its rows are lists of values, each as a number, in the order of [`COLUMNS`].
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    rows: Vec<Vec<Option<usize>>>,
}

/// One to three tables.
pub(super) fn tables(choices: &mut Choices) -> Vec<Table> {
    let count = choices.between(2, 3);
    (0..count).map(|number| table(format!("t{number}"), choices)).collect()
}

fn table(name: String, choices: &mut Choices) -> Table {
    let most = *choices.pick(&[3, 6, 1, 0, 12]);
    let count = choices.between(most / 2, most);
    let unknown = *choices.pick(&[0, 20, 50]);
    let mut rows = Vec::new();
    for _ in 0..count {
        let values = COLUMNS.iter().map(|(_, _, kind)| {
            let known = !choices.chance(unknown);
            let chosen = choices.below(variety(*kind));
            known.then_some(chosen)
        });
        rows.push(values.collect());
    }
    Table { name, rows }
}

fn variety(kind: Kind) -> usize {
    match kind {
        Kind::Integer | Kind::Mean => 6,
        Kind::Money => CENTS.len(),
        Kind::Text => TEXTS.len(),
        Kind::Day => DAYS.len(),
        Kind::Flag => 2,
    }
}

/// 0, 1, −1, 2, −2, 3.
fn integer(chosen: usize) -> i64 {
    let size = i64::try_from(chosen.div_ceil(2)).expect("small");
    if chosen.is_multiple_of(2) { -size } else { size }
}

impl Table {
    /// The statements that make the table in any database.
    pub(super) fn sql(&self) -> String {
        let columns = COLUMNS.map(|(name, sql_type, _)| format!("{name} {sql_type}")).join(", ");
        let mut sql = format!("create table {} ({columns});", self.name);
        if !self.rows.is_empty() {
            let rows: Vec<String> = self.rows.iter().map(|row| written(row)).collect();
            let _ = write!(sql, "\ninsert into {} values {};", self.name, rows.join(", "));
        }
        sql
    }

    /// The columns as the engine knows them.
    pub(super) fn schema() -> SchemaRef {
        let types = [
            DataType::Int64,
            DataType::Int32,
            DataType::Decimal128(18, 2),
            DataType::Utf8,
            DataType::Date32,
            DataType::Boolean,
            DataType::Int64,
        ];
        let fields = COLUMNS.iter().zip(types);
        let fields = fields.map(|((name, ..), data_type)| Field::new(*name, data_type, true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// The rows, cut into batches of at most `length`, at least one of them.
    pub(super) fn batches(&self, length: usize) -> Vec<RecordBatch> {
        if self.rows.is_empty() {
            return vec![batch(&[])];
        }
        self.rows.chunks(length).map(batch).collect()
    }

    /// The rows as a CSV file with a header; NULL is an empty field, so that it has no empty text.
    pub(super) fn csv(&self) -> String {
        let mut text = COLUMNS.map(|(name, ..)| name).join(",") + "\n";
        for row in &self.rows {
            let cells = row.iter().zip(COLUMNS).map(|(value, (_, _, kind))| match value {
                None => String::new(),
                Some(value) => plain(*value, kind),
            });
            text += &(cells.collect::<Vec<_>>().join(",") + "\n");
        }
        text
    }

    /// The rows as a Parquet file.
    pub(super) fn write_parquet(&self, path: &std::path::Path) {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let file = std::fs::File::create(path).expect("a file");
        let mut writer = ArrowWriter::try_new(file, Self::schema(), None).expect("a writer");
        for batch in self.batches(usize::MAX) {
            writer.write(&batch).expect("rows");
        }
        writer.close().expect("a file");
    }

    /// The table with NULL in place of the empty text, as a CSV file keeps it.
    pub(super) fn without_empty_texts(mut self) -> Self {
        for row in &mut self.rows {
            for (value, (_, _, kind)) in row.iter_mut().zip(COLUMNS) {
                *value = value.filter(|value| kind != Kind::Text || !TEXTS[*value].is_empty());
            }
        }
        self
    }
}

fn written(row: &[Option<usize>]) -> String {
    let values = row.iter().zip(COLUMNS).map(|(value, (_, _, kind))| match (value, kind) {
        (None, _) => "null".to_owned(),
        (Some(value), Kind::Text) => format!("'{}'", plain(*value, kind)),
        (Some(value), Kind::Day) => format!("date '{}'", plain(*value, kind)),
        (Some(value), _) => plain(*value, kind),
    });
    format!("({})", values.collect::<Vec<_>>().join(", "))
}

fn plain(value: usize, kind: Kind) -> String {
    match kind {
        Kind::Integer | Kind::Mean => integer(value).to_string(),
        Kind::Text => TEXTS[value].to_owned(),
        Kind::Flag => (value == 1).to_string(),
        Kind::Money => {
            let cents = CENTS[value];
            let sign = if cents < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
        }
        Kind::Day => {
            let epoch = chrono::NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day");
            (epoch + chrono::Duration::days(DAYS[value].into())).to_string()
        }
    }
}

fn batch(rows: &[Vec<Option<usize>>]) -> RecordBatch {
    let column = |at: usize| rows.iter().map(move |row| row[at]);
    let integers = |at| column(at).map(|value| value.map(integer));
    let small = |value: Option<i64>| value.map(|value| i32::try_from(value).expect("small"));
    let money = column(2).map(|value| value.map(|value| CENTS[value]));
    let money = money.collect::<Decimal128Array>().with_precision_and_scale(18, 2).expect("fits");
    let texts = column(3).map(|value| value.map(|value| TEXTS[value]));
    let days = column(4).map(|value| value.map(|value| DAYS[value]));
    let flags = column(5).map(|value| value.map(|value| value == 1));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(integers(0).collect::<Int64Array>()),
        Arc::new(integers(1).map(small).collect::<Int32Array>()),
        Arc::new(money),
        Arc::new(texts.collect::<StringArray>()),
        Arc::new(days.collect::<Date32Array>()),
        Arc::new(flags.collect::<BooleanArray>()),
        Arc::new(integers(6).collect::<Int64Array>()),
    ];
    RecordBatch::try_new(Table::schema(), columns).expect("columns of one length")
}
