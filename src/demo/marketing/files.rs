//! What the files look like: one a month of what is sent, and one each of promotions and birthdays.

use std::io::{self, Write as _};

use super::super::orders::Buyer;
use super::super::raw::Raw;
use super::super::service::monthly;
use super::super::window::Moment;
use super::Marketing;
use super::promotion::{DEALT, Promotion};

const PROMOTIONS: &str = "promotion_id,promotion_type,starts_on,ends_on\n";
const BIRTHDAYS: &str = "customer_id,birth_date\n";
const EXPOSURES: &str = "promotion_id,customer_id,exposed_at,is_control,treated_share\n";
const CUSTOMISATIONS: &str = "order_id,line_no,kind,recorded_at\n";
const PREFERENCES: &str = "customer_id,topic,value,kind,recorded_at\n";
const EMPLOYEE_ANSWERS: &str = "response_id,unit,answered_at,question_id,score\n";
const RATINGS: &str = "customer_id,asked_at,brand,is_own,is_last,value,brand_image,relationship,\
                       next_choice,purchases_per_year,spend_per_purchase\n";

/// Rows of a kind of file, each with its time and its place.
type Rows = Vec<(Moment, usize, Vec<u8>)>;
/// A file's path, and what is in it.
type Text = (String, Vec<u8>);

/// Every file; none for a shop without customers.
pub(super) fn all(raw: &Raw, told: &Marketing) -> io::Result<Vec<Text>> {
    if raw.customers.is_empty() {
        return Ok(vec![]);
    }
    let mut files = vec![
        ("promotions/promotions.csv".to_owned(), promotions(raw)?),
        ("birthdays/birthdays.csv".to_owned(), birthdays(told)?),
    ];
    for (folder, header, rows) in [
        ("exposures", EXPOSURES, exposures(raw, told)?),
        ("customisations", CUSTOMISATIONS, customisations(raw, told)?),
        ("preferences", PREFERENCES, preferences(raw, told)?),
        ("employee_answers", EMPLOYEE_ANSWERS, employee_answers(raw, told)?),
        ("brand_ratings", RATINGS, ratings(raw, told)?),
    ] {
        files.extend(monthly(raw, folder, header, rows));
    }
    Ok(files)
}

fn promotions(raw: &Raw) -> io::Result<Vec<u8>> {
    let window = &raw.setting.window;
    let mut text = PROMOTIONS.as_bytes().to_vec();
    for one in Promotion::ALL {
        if let Some((first, last)) = one.days(window) {
            let (first, last) = (window.label(first), window.label(last));
            writeln!(text, "{},{},{first},{last}", one.id(), one.kind())?;
        }
    }
    Ok(text)
}

fn birthdays(told: &Marketing) -> io::Result<Vec<u8>> {
    let mut text = BIRTHDAYS.as_bytes().to_vec();
    for (number, offers) in (0..).zip(&told.offers) {
        if let Some(born_on) = offers.born_on {
            Buyer::Known(number).write(&mut text)?;
            writeln!(text, ",{born_on}")?;
        }
    }
    Ok(text)
}

fn exposures(raw: &Raw, told: &Marketing) -> io::Result<Rows> {
    let all = told.offers.iter().flat_map(|offers| &offers.exposures);
    rows(all, |one, row| {
        write!(row, "{},", one.promotion.id())?;
        one.customer.write(row)?;
        row.push(b',');
        raw.setting.window.write(one.exposed_at, row)?;
        writeln!(row, ",{},{DEALT}", one.is_control)?;
        Ok(one.exposed_at)
    })
}

fn customisations(raw: &Raw, told: &Marketing) -> io::Result<Rows> {
    rows(&told.customisations, |one, row| {
        let (order, line) = one.line;
        write!(row, "O{:08},{},{},", order + 1, line + 1, one.kind)?;
        raw.setting.window.write(one.recorded_at, row)?;
        row.push(b'\n');
        Ok(one.recorded_at)
    })
}

fn preferences(raw: &Raw, told: &Marketing) -> io::Result<Rows> {
    rows(&told.preferences, |one, row| {
        one.customer.write(row)?;
        let kind = if one.is_served { "served" } else { "noted" };
        write!(row, ",{},{},{kind},", one.topic, one.value)?;
        raw.setting.window.write(one.recorded_at, row)?;
        row.push(b'\n');
        Ok(one.recorded_at)
    })
}

fn employee_answers(raw: &Raw, told: &Marketing) -> io::Result<Rows> {
    rows(&told.employee_answers, |one, row| {
        write!(row, "M{:06},{},", one.response + 1, one.region)?;
        raw.setting.window.write(one.answered_at, row)?;
        writeln!(row, ",{},{}", one.question, one.score)?;
        Ok(one.answered_at)
    })
}

fn ratings(raw: &Raw, told: &Marketing) -> io::Result<Rows> {
    rows(&told.ratings, |one, row| {
        Buyer::Known(one.customer).write(row)?;
        row.push(b',');
        raw.setting.window.write(one.asked_at, row)?;
        write!(row, ",{},{},{},", one.brand, one.is_own, one.is_last)?;
        let ([value, brand, relationship], cents) = (one.scores, one.spend);
        let chance = f64::from(one.chance) / 10_000.0;
        write!(row, "{value},{brand},{relationship},{chance},{},", one.purchases_per_year)?;
        writeln!(row, "{}.{:02}", cents / 100, cents % 100)?;
        Ok(one.asked_at)
    })
}

/// Each row as `write` puts it down, with the time that it gives.
fn rows<'a, T: 'a>(
    all: impl IntoIterator<Item = &'a T>,
    write: impl Fn(&T, &mut Vec<u8>) -> io::Result<Moment>,
) -> io::Result<Rows> {
    let mut rows = Vec::new();
    for (place, one) in all.into_iter().enumerate() {
        let mut row = Vec::new();
        let at = write(one, &mut row)?;
        rows.push((at, place, row));
    }
    Ok(rows)
}
