//! What the files look like.
//!
//! Text and compression have nothing in them that depends on the clock, the
//! machine or the number of threads.

use std::fmt::Display;
use std::io::{self, Write};
use std::ops::Range;

use flate2::{Compression, GzBuilder};

use super::landings::{AnswerRow, LineRow, MembershipRow, OrderRow};
use super::orders::{Cell, Line, Order};
use super::points::PointEntry;
use super::products::Cents;
use super::programme::Membership;
use super::questionnaire::{self, Topic};
use super::raw::Raw;
use super::shop::Shop;
use super::surveys::{QUESTIONS, Question};
use super::tables::{self, TableError};
use super::value::Sheet;
use super::window::{DAY, Moment};

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
    Memberships(Range<usize>),
    PointEntries(Range<usize>),
    RelationshipQuestions,
    RelationshipAnswers(Range<usize>),
    /// Rows of a sheet, by place.
    Value(Sheet, Range<usize>),
    /// Written already.
    Text(Vec<u8>),
}

/// Every file but the truth.
///
/// # Errors
/// A text could not be written.
pub(super) fn all(shop: &Shop) -> io::Result<Vec<File>> {
    let Shop { raw, landings, .. } = shop;
    let mut files = vec![
        File::new("customers/customers.parquet", Content::Customers),
        File::new("products/products.parquet", Content::Products),
        File::new("questions/questions.csv", Content::Questions),
        File::new("relationship_questions/questions.csv", Content::RelationshipQuestions),
    ];
    files.extend(dated(raw, &landings.orders, ("orders", Every::Day, "csv"), Content::Orders));
    let lines = ("order_lines", Every::Day, "csv.gz");
    files.extend(dated(raw, &landings.order_lines, lines, Content::OrderLines));
    let answers = ("survey_answers", Every::Day, "csv");
    files.extend(dated(raw, &landings.survey_answers, answers, Content::SurveyAnswers));
    let memberships = ("memberships", Every::Month, "csv");
    files.extend(dated(raw, &landings.memberships, memberships, Content::Memberships));
    let entries = ("point_entries", Every::Month, "csv");
    files.extend(dated(raw, &landings.point_entries, entries, Content::PointEntries));
    let answers = ("relationship_answers", Every::Month, "csv");
    files.extend(dated(raw, &landings.relationship, answers, Content::RelationshipAnswers));
    for sheet in Sheet::ALL {
        let (rows, dates) = (sheet.moments(&shop.value), (sheet.folder(), Every::Month, "csv"));
        files.extend(dated(raw, &rows, dates, |range| Content::Value(sheet, range)));
    }
    let texts = shop.service.files(raw)?.into_iter();
    let texts = texts.chain(shop.marketing.files(raw)?);
    files.extend(texts.map(|(path, text)| File::new(&path, Content::Text(text))));
    Ok(files)
}

/// What a file is for.
#[derive(Clone, Copy, Debug)]
enum Every {
    Day,
    Month,
}

impl Every {
    /// The file's name, of the date of one of its days.
    fn name(self, date: &str) -> &str {
        match self {
            Self::Day => date,
            Self::Month => date.rsplit_once('-').map_or(date, |(month, _)| month),
        }
    }
}

/// One file for every day or month something lands in.
fn dated<R>(
    raw: &Raw,
    rows: &[(Moment, R)],
    (folder, every, extension): (&str, Every, &str),
    content: impl Fn(Range<usize>) -> Content,
) -> Vec<File> {
    let date = |moment: Moment| every.name(raw.setting.window.label(moment / DAY));
    let mut files = Vec::new();
    let mut first = 0;
    for part in rows.chunk_by(|(one, _), (next, _)| date(*one) == date(*next)) {
        let range = first..first + part.len();
        files.push(File::new(&format!("{folder}/{}.{extension}", date(part[0].0)), content(range)));
        first += part.len();
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
    pub(super) fn render(&self, shop: &Shop) -> Result<Vec<u8>, TableError> {
        let Shop { raw, landings, .. } = shop;
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
            Content::Memberships(range) => {
                let rows = &landings.memberships[range.clone()];
                csv(MEMBERSHIPS_HEADER, rows, |row, out| write_membership(raw, *row, out))?
            }
            Content::PointEntries(range) => {
                let rows = &landings.point_entries[range.clone()];
                csv(ENTRIES_HEADER, rows, |row, out| write_entry(raw, *row, out))?
            }
            Content::RelationshipQuestions => {
                let questions = questionnaire::Question::all();
                csv(QUESTIONS_HEADER, &questions, write_relationship_question)?
            }
            Content::RelationshipAnswers(range) => {
                let rows = &landings.relationship[range.clone()];
                csv(ANSWERS_HEADER, rows, |row, out| write_relationship_answer(raw, *row, out))?
            }
            Content::Value(sheet, range) => {
                let rows: Vec<usize> = range.clone().collect();
                csv(sheet.header(), &rows, |row, out| sheet.write((raw, &shop.value), *row, out))?
            }
            Content::Text(text) => text.clone(),
        })
    }
}

const ORDERS_HEADER: &str = "order_id,customer_id,ordered_at,channel,status,updated_at";
const LINES_HEADER: &str =
    "order_id,line_no,product_id,quantity,list_price,unit_price,promotion_id,updated_at";
const ANSWERS_HEADER: &str = "response_id,customer_id,answered_at,question_id,score,weight";
const MEMBERSHIPS_HEADER: &str =
    "programme_id,customer_id,joined_at,left_at,level,is_control,treated_share,updated_at";
const ENTRIES_HEADER: &str =
    "entry_id,programme_id,customer_id,booked_at,kind,points,value,reward,benefit,updated_at";
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

fn write_membership(
    raw: &Raw,
    (at, (number, over)): (Moment, MembershipRow),
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let membership: &Membership = &raw.memberships[number];
    write!(out, "{},", membership.programme.id())?;
    membership.customer.write(out)?;
    out.push(b',');
    write_date(raw, membership.joined_at, membership.spoilt_date, out)?;
    out.push(b',');
    if over {
        raw.setting.window.write(at, out)?;
    }
    let level = if membership.is_control { "" } else { membership.programme.level() };
    write!(out, ",{level},{},", membership.is_control)?;
    if let Some(share) = membership.programme.treated_share() {
        write!(out, "{share}")?;
    }
    out.push(b',');
    raw.setting.window.write(at, out)
}

fn write_entry(raw: &Raw, (at, number): (Moment, usize), out: &mut Vec<u8>) -> io::Result<()> {
    let entry: &PointEntry = &raw.point_entries[number];
    write!(out, "E{:08},{},", number + 1, entry.programme.id())?;
    entry.customer.write(out)?;
    out.push(b',');
    raw.setting.window.write(entry.booked_at, out)?;
    write!(out, ",{},", entry.kind.name())?;
    write_cell(entry.points, out, |points, out| write!(out, "{points}"))?;
    out.push(b',');
    if let Cell::Value(points) = entry.points {
        write_money(points, out)?;
    }
    let reward = entry.kind.reward();
    let (name, benefit) = reward.map_or(("", ""), |reward| (reward.name, reward.benefit));
    write!(out, ",{name},{benefit},")?;
    raw.setting.window.write(at, out)
}

fn write_question(question: &Question, out: &mut Vec<u8>) -> io::Result<()> {
    let Question { id, construct, facet, wording, scale: (low, high), direction, .. } = question;
    write!(out, "{id},{construct},{facet},{wording},{low},{high},{direction}")
}

fn write_relationship_question(
    question: &questionnaire::Question,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let Topic { construct, facet, scale: (low, high), .. } = question.about();
    question.write_id(out)?;
    write!(out, ",{construct},{facet},{},{low},{high},positive", question.wording())
}

fn write_relationship_answer(
    raw: &Raw,
    (at, (number, place)): (Moment, AnswerRow),
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let answer = &raw.relationship[number].answers[place];
    write!(out, "Y{:08},", number + 1)?;
    answer.customer.write(out)?;
    out.push(b',');
    raw.setting.window.write(at, out)?;
    out.push(b',');
    answer.question.write_id(out)?;
    out.push(b',');
    write_cell(answer.score, out, |score, out| write!(out, "{score}"))?;
    write!(out, ",1.00")
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
