//! What the files look like: complaints and contacts by month, the others in one file each.

use std::io::{self, Write};

use super::super::orders::Order;
use super::super::products::Cents;
use super::super::raw::Raw;
use super::super::window::{DAY, Moment};
use super::Service;
use super::complaints::{Complaint, Stage};
use super::contacts::{ANSWER_WITHIN, LINES, PLANNED};
use super::win_back::OFFER;

const COMPLAINTS: &str = "complaint_id,customer_id,order_id,opened_at,first_response_at,\
                          resolved_at,channel,cause,is_quality_incident,loss_amount,compensation,\
                          is_put_right,updated_at\n";
const CONTACTS: &str = "contact_id,customer_id,channel,offered_at,waiting_seconds,is_abandoned,\
                        handling_seconds,is_resolved_at_first_contact\n";
const TARGETS: &str = "channel,first_day,last_day,expected_contacts,answer_within_seconds\n";
const WIN_BACKS: &str = "campaign_id,customer_id,contacted_at,is_control,treated_share,reason,\
                         is_reason_resolved\n";
const ADVERTISEMENTS: &str = "product_id,first_day,last_day,price\n";
/// The only campaign.
const CAMPAIGN: &str = "we_miss_you";

/// A file's path, and what is in it.
type Text = (String, Vec<u8>);

/// Every file; none for a shop without customers.
pub(super) fn all(raw: &Raw, service: &Service) -> io::Result<Vec<Text>> {
    if raw.customers.is_empty() {
        return Ok(vec![]);
    }
    let mut files = monthly(raw, "complaints", COMPLAINTS, complaint_rows(raw, service)?);
    files.extend(monthly(raw, "contacts", CONTACTS, contact_rows(raw, service)?));
    for (name, text) in [
        ("contact_targets", targets(raw)?),
        ("win_back_contacts", win_backs(raw, service)?),
        ("advertised_prices", advertisements(raw, service)?),
    ] {
        files.push((format!("{name}/{name}.csv"), text));
    }
    Ok(files)
}

/// One file for every month in which something is sent.
pub(in super::super) fn monthly(
    raw: &Raw,
    folder: &str,
    header: &str,
    mut rows: Vec<(Moment, usize, Vec<u8>)>,
) -> Vec<Text> {
    rows.sort_by_key(|(at, number, _)| (*at, *number));
    let month = |at: Moment| raw.setting.window.label(at / DAY).get(..7).unwrap_or_default();
    rows.chunk_by(|(one, ..), (next, ..)| month(*one) == month(*next))
        .map(|rows| {
            let mut text = header.as_bytes().to_vec();
            text.extend(rows.iter().flat_map(|(_, _, row)| row));
            (format!("{folder}/{}.csv", month(rows[0].0)), text)
        })
        .collect()
}

fn complaint_rows(raw: &Raw, service: &Service) -> io::Result<Vec<(Moment, usize, Vec<u8>)>> {
    let end = raw.setting.window.end();
    let mut rows = Vec::new();
    for (number, complaint) in service.complaints.iter().enumerate() {
        for (at, stage) in complaint.sent(end) {
            let mut row = Vec::new();
            write!(row, "K{:08},", number + 1)?;
            write_complaint(raw, complaint, (at, stage), &mut row)?;
            rows.push((at, number, row));
        }
    }
    Ok(rows)
}

fn write_complaint(
    raw: &Raw,
    complaint: &Complaint,
    (at, stage): (Moment, Stage),
    row: &mut Vec<u8>,
) -> io::Result<()> {
    let window = &raw.setting.window;
    complaint.customer.write(row)?;
    write!(row, ",{},", order_id(raw, complaint))?;
    match complaint.spoilt_date {
        Some(text) => write!(row, "{text}")?,
        None => window.write(complaint.opened_at, row)?,
    }
    for (moment, from) in
        [(complaint.first_response_at, Stage::Answered), (complaint.resolved_at, Stage::Closed)]
    {
        row.push(b',');
        if stage >= from {
            window.write(moment, row)?;
        }
    }
    write!(row, ",{},{},", complaint.channel, complaint.cause)?;
    write!(row, "{},", complaint.is_quality_incident)?;
    write_money(complaint.loss, row)?;
    row.push(b',');
    if stage == Stage::Closed {
        write_money(complaint.compensation, row)?;
        write!(row, ",{},", complaint.is_put_right)?;
    } else {
        write!(row, ",,")?;
    }
    window.write(at, row)?;
    row.push(b'\n');
    Ok(())
}

/// Orders are numbered in order of time, and a customer buys at most once a day.
fn order_id(raw: &Raw, complaint: &Complaint) -> String {
    let Some((buyer, at)) = complaint.purchase else { return String::new() };
    let first = raw.orders.partition_point(|order| order.ordered_at < at);
    let is_it = |order: &Order| order.genuine && order.buyer == buyer;
    let place = raw.orders[first..].iter().position(is_it).unwrap_or_default();
    format!("O{:08}", first + place + 1)
}

fn contact_rows(raw: &Raw, service: &Service) -> io::Result<Vec<(Moment, usize, Vec<u8>)>> {
    let mut rows = Vec::new();
    for (number, contact) in service.contacts.iter().enumerate() {
        let mut row = Vec::new();
        write!(row, "T{:08},", number + 1)?;
        contact.customer.write(&mut row)?;
        write!(row, ",{},", LINES[contact.line].name)?;
        raw.setting.window.write(contact.offered_at, &mut row)?;
        write!(row, ",{},{},", contact.waited, contact.is_abandoned)?;
        if contact.is_abandoned {
            writeln!(row, ",")?;
        } else {
            writeln!(row, "{},{}", contact.handled, contact.is_settled)?;
        }
        rows.push((contact.offered_at, number, row));
    }
    Ok(rows)
}

/// What was planned for each month, from the purchases that there were to be.
fn targets(raw: &Raw) -> io::Result<Vec<u8>> {
    let window = &raw.setting.window;
    let month = |day: u32| window.label(day).get(..7).unwrap_or_default();
    let days: Vec<u32> = (0..window.days()).collect();
    let mut text = TARGETS.as_bytes().to_vec();
    for days in days.chunk_by(|one, next| month(*one) == month(*next)) {
        let (first, last) = (days[0], days[days.len() - 1]);
        let before = |day: u32| raw.orders.partition_point(|one| one.ordered_at < day * DAY);
        let orders = raw.orders[before(first)..before(last + 1)].iter();
        let purchases = orders.filter(|order| order.genuine).count();
        for line in &LINES {
            let expected = PLANNED * line.per_purchase * purchases as f64;
            write!(text, "{},{},{},", line.name, window.label(first), window.label(last))?;
            writeln!(text, "{expected:.1},{ANSWER_WITHIN}")?;
        }
    }
    Ok(text)
}

fn win_backs(raw: &Raw, service: &Service) -> io::Result<Vec<u8>> {
    let mut text = WIN_BACKS.as_bytes().to_vec();
    for one in &service.win_backs {
        write!(text, "{CAMPAIGN},")?;
        one.customer.write(&mut text)?;
        text.push(b',');
        raw.setting.window.write(one.contacted_at, &mut text)?;
        write!(text, ",{},{},", one.is_control, OFFER.share)?;
        if one.is_control {
            writeln!(text, ",")?;
        } else {
            writeln!(text, "{},{}", one.reason, one.is_reason_resolved)?;
        }
    }
    Ok(text)
}

fn advertisements(raw: &Raw, service: &Service) -> io::Result<Vec<u8>> {
    let window = &raw.setting.window;
    let mut text = ADVERTISEMENTS.as_bytes().to_vec();
    for one in &service.advertisements {
        let (first, last) = (one.valid_from / DAY, one.valid_to / DAY - 1);
        write!(text, "P{:04},{},", one.product + 1, window.label(first))?;
        write!(text, "{},", window.label(last))?;
        write_money(one.price, &mut text)?;
        text.push(b'\n');
    }
    Ok(text)
}

fn write_money(cents: Cents, out: &mut Vec<u8>) -> io::Result<()> {
    write!(out, "{}.{:02}", cents / 100, cents % 100)
}
