//! Which row goes into which file, and what the files look like.
//!
//! A row lands on the day it is sent, so an order sent again is in two files.
//! Text and compression have nothing in them that depends on the clock, the
//! machine or the number of threads.

use std::fmt::Display;
use std::io::{self, Write};
use std::ops::Range;

use flate2::{Compression, GzBuilder};

use super::orders::{Cell, Line, Order};
use super::products::Cents;
use super::raw::Raw;
use super::surveys::{QUESTIONS, Question};
use super::tables::{self, TableError};
use super::window::{DAY, Moment};

/// Every row that lands day by day, in the order of landing.
#[derive(Debug)]
pub(super) struct Landings {
    orders: Vec<(Moment, OrderRow)>,
    order_lines: Vec<(Moment, LineRow)>,
    survey_answers: Vec<(Moment, AnswerRow)>,
}

/// An order, and whether it is sent again.
type OrderRow = (usize, bool);
/// An order and a place among its lines.
type LineRow = (usize, usize);
/// A response and a place among its answers.
type AnswerRow = (usize, usize);

/// One file to write.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Below the prefix, with `/` between the parts.
    pub(super) path: String,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Customers,
    Products,
    Questions,
    /// Rows of [`Landings`], by place.
    Orders(Range<usize>),
    OrderLines(Range<usize>),
    SurveyAnswers(Range<usize>),
}

impl Landings {
    pub(super) fn of(raw: &Raw) -> Self {
        Self { orders: orders(raw), order_lines: order_lines(raw), survey_answers: answers(raw) }
    }

    /// How many rows land: orders, lines and answers.
    pub(super) fn rows(&self) -> [usize; 3] {
        [self.orders.len(), self.order_lines.len(), self.survey_answers.len()]
    }

    /// Every file but the truth.
    pub(super) fn files(&self, raw: &Raw) -> Vec<File> {
        let mut files = vec![
            File::new("customers/customers.parquet", Content::Customers),
            File::new("products/products.parquet", Content::Products),
            File::new("questions/questions.csv", Content::Questions),
        ];
        files.extend(daily(raw, &self.orders, ("orders", "csv"), Content::Orders));
        files.extend(daily(raw, &self.order_lines, ("order_lines", "csv.gz"), Content::OrderLines));
        let answers = ("survey_answers", "csv");
        files.extend(daily(raw, &self.survey_answers, answers, Content::SurveyAnswers));
        files
    }
}

fn orders(raw: &Raw) -> Vec<(Moment, OrderRow)> {
    let mut rows = Vec::new();
    for (number, order) in raw.orders.iter().enumerate() {
        rows.push((order.sent.0, (number, false)));
        rows.extend(order.sent_again.map(|(at, _)| (at, (number, true))));
    }
    rows.sort_unstable();
    rows
}

fn order_lines(raw: &Raw) -> Vec<(Moment, LineRow)> {
    let mut rows = Vec::new();
    for (number, order) in raw.orders.iter().enumerate() {
        for (place, line) in order.lines.iter().enumerate() {
            rows.push((order.sent.0, (number, place)));
            rows.extend(line.sent_again.map(|at| (at, (number, place))));
        }
    }
    rows.sort_unstable();
    rows
}

/// Already in the order of landing, because responses are.
fn answers(raw: &Raw) -> Vec<(Moment, AnswerRow)> {
    let responses = raw.responses.iter().enumerate();
    responses
        .flat_map(|(number, response)| {
            (0..response.answers.len()).map(move |place| (response.answered_at, (number, place)))
        })
        .collect()
}

/// One file for every day something lands on.
fn daily<R>(
    raw: &Raw,
    rows: &[(Moment, R)],
    (folder, extension): (&str, &str),
    content: fn(Range<usize>) -> Content,
) -> Vec<File> {
    let mut files = Vec::new();
    let mut first = 0;
    for day in rows.chunk_by(|(one, _), (next, _)| one / DAY == next / DAY) {
        let date = raw.setting.window.label(day[0].0 / DAY);
        let range = first..first + day.len();
        files.push(File::new(&format!("{folder}/{date}.{extension}"), content(range)));
        first += day.len();
    }
    files
}

impl File {
    fn new(path: &str, content: Content) -> Self {
        Self { path: path.to_owned(), content }
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// A table could not be encoded.
    pub(super) fn render(&self, raw: &Raw, landings: &Landings) -> Result<Vec<u8>, TableError> {
        Ok(match &self.content {
            Content::Customers => tables::customers(raw)?,
            Content::Products => tables::products(&raw.setting.catalogue)?,
            Content::Questions => csv(QUESTIONS_HEADER, &QUESTIONS, write_question)?,
            Content::Orders(range) => csv(ORDERS_HEADER, &landings.orders[range.clone()], {
                |row, out| write_order(raw, *row, out)
            })?,
            Content::OrderLines(range) => {
                let rows = &landings.order_lines[range.clone()];
                gzip(&csv(LINES_HEADER, rows, |row, out| write_line(raw, *row, out))?)?
            }
            Content::SurveyAnswers(range) => {
                let rows = &landings.survey_answers[range.clone()];
                csv(ANSWERS_HEADER, rows, |row, out| write_answer(raw, *row, out))?
            }
        })
    }
}

const ORDERS_HEADER: &str = "order_id,customer_id,ordered_at,channel,status,updated_at";
const LINES_HEADER: &str =
    "order_id,line_no,product_id,quantity,list_price,unit_price,promotion_id,updated_at";
const ANSWERS_HEADER: &str = "response_id,customer_id,answered_at,question_id,score,weight";
const QUESTIONS_HEADER: &str = "question_id,construct,facet,wording,scale_min,scale_max,direction";

fn csv<R>(
    header: &str,
    rows: &[R],
    write: impl Fn(&R, &mut Vec<u8>) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(80 * (rows.len() + 1));
    writeln!(out, "{header}")?;
    for row in rows {
        write(row, &mut out)?;
        out.push(b'\n');
    }
    Ok(out)
}

/// Compresses with a header that names no time, file or system.
fn gzip(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::fast());
    encoder.write_all(text)?;
    encoder.finish()
}

fn write_order(
    raw: &Raw,
    (at, (number, again)): (Moment, OrderRow),
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let order = &raw.orders[number];
    let window = &raw.setting.window;
    let (_, status) = if again { order.sent_again.unwrap_or(order.sent) } else { order.sent };
    write!(out, "O{:08},", number + 1)?;
    order.buyer.write(out)?;
    out.push(b',');
    write_date(raw, order.ordered_at, order.spoilt_date, out)?;
    write!(out, ",{},{},", order.channel, status.name())?;
    window.write(at, out)
}

fn write_line(
    raw: &Raw,
    (at, (number, place)): (Moment, LineRow),
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let order: &Order = &raw.orders[number];
    let line: &Line = &order.lines[place];
    write!(out, "O{:08},{},P{:04},", number + 1, place + 1, line.product + 1)?;
    write_cell(line.quantity, out, |quantity, out| write!(out, "{quantity}"))?;
    out.push(b',');
    write_money(line.list_price, out)?;
    out.push(b',');
    write_cell(line.unit_price, out, write_money)?;
    out.push(b',');
    if let Some(promotion) = line.promotion {
        write!(out, "PR{:04}", promotion.0)?;
    }
    out.push(b',');
    raw.setting.window.write(at, out)
}

fn write_answer(
    raw: &Raw,
    (at, (number, place)): (Moment, AnswerRow),
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let response = &raw.responses[number];
    let answer = &response.answers[place];
    write!(out, "S{:08},", number + 1)?;
    answer.customer.write(out)?;
    out.push(b',');
    write_date(raw, at, answer.spoilt_date, out)?;
    write!(out, ",{},", QUESTIONS[answer.question].id)?;
    write_cell(answer.score, out, |score, out| write!(out, "{score}"))?;
    out.push(b',');
    write_money(response.weight, out)
}

fn write_question(question: &Question, out: &mut Vec<u8>) -> io::Result<()> {
    let Question { id, construct, facet, wording, scale: (low, high), direction, .. } = question;
    write!(out, "{id},{construct},{facet},{wording},{low},{high},{direction}")
}

fn write_date(
    raw: &Raw,
    moment: Moment,
    spoilt: Option<&str>,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    match spoilt {
        Some(text) => write!(out, "{text}"),
        None => raw.setting.window.write(moment, out),
    }
}

fn write_cell<T: Display>(
    cell: Cell<T>,
    out: &mut Vec<u8>,
    write: impl Fn(T, &mut Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    match cell {
        Cell::Value(value) => write(value, out),
        Cell::Rubbish(text) => write!(out, "{text}"),
    }
}

fn write_money(cents: Cents, out: &mut Vec<u8>) -> io::Result<()> {
    write!(out, "{}.{:02}", cents / 100, cents % 100)
}
