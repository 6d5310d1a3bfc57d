//! What the people of each region answer about their work, once a year.
//!
//! They are the happier the more satisfied the region's customers were in their newest answers, as in the
//! service-profit chain; which of the two moves the other is left open.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::draw::{Draw, nearest};
use super::super::orders::{Buyer, Cell};
use super::super::raw::Raw;
use super::super::surveys::QUESTIONS;
use super::super::window::{DAY, HOUR, Moment};

/// The stream of the answers of all regions.
const STREAM: u64 = 34 << 32;
/// Who answers in a region.
const PEOPLE: u32 = 30;
/// What they are asked.
const ASKED: [&str; 3] = ["work_content", "work_tools", "work_recognition"];
/// The middle of the answers, how much they move with the customers', and how much regions
/// differ besides, from 0 to 1.
const LEVEL: (f64, f64, f64) = (0.6, 0.12, 0.04);
/// Days between one survey and the next.
const EVERY: u32 = 365;
/// The highest answer; the lowest is 1.
const HIGHEST: u32 = 5;

/// A row of the files.
#[derive(Debug)]
pub(super) struct EmployeeAnswer {
    /// Counted from 0 over all surveys.
    pub(super) response: u32,
    pub(super) region: &'static str,
    pub(super) question: &'static str,
    pub(super) answered_at: Moment,
    pub(super) score: u32,
}

/// All of them, in order of time.
pub(super) fn tell(raw: &Raw) -> Vec<EmployeeAnswer> {
    let draw = &mut Draw::stream(raw.setting.seed, STREAM);
    let levels: Vec<_> = levels(raw, draw);
    let mut rows = Vec::new();
    let mut response = 0;
    for opens in (1..).map(|year| year * EVERY - 30).take_while(|at| *at < window_days(raw)) {
        for &(region, level) in &levels {
            for _ in 0..PEOPLE {
                let answered_at = opens * DAY + draw.whole(8 * HOUR, 17 * HOUR);
                let mood = 0.12 * draw.normal();
                let answer = |question| EmployeeAnswer {
                    response,
                    region,
                    question,
                    answered_at,
                    score: 1 + score(level + mood + 0.12 * draw.normal()),
                };
                rows.extend(ASKED.map(answer));
                response += 1;
            }
        }
    }
    rows.sort_by_key(|row| row.answered_at);
    rows
}

fn window_days(raw: &Raw) -> u32 {
    raw.setting.window.days()
}

fn score(level: f64) -> u32 {
    nearest(level * f64::from(HIGHEST - 1)).min(HIGHEST - 1)
}

/// How happy the people of each region are.
fn levels(raw: &Raw, draw: &mut Draw) -> Vec<(&'static str, f64)> {
    let customers = satisfaction(raw);
    let values: Vec<f64> = customers.values().copied().collect();
    let (mean, deviation) = moments(&values);
    let (middle, slope, own) = LEVEL;
    let level = |satisfied: f64, own: f64| {
        middle + slope * (satisfied - mean) / deviation.max(f64::MIN_POSITIVE) + own
    };
    customers.iter().map(|(region, one)| (*region, level(*one, own * draw.normal()))).collect()
}

/// The mean of the newest answers of each region's customers to the first question of the survey.
fn satisfaction(raw: &Raw) -> BTreeMap<&'static str, f64> {
    let mut newest: BTreeMap<u32, u32> = BTreeMap::new();
    // Responses are in order of time.
    for answer in raw.responses.iter().flat_map(|response| &response.answers) {
        if let (Buyer::Known(number), Cell::Value(score)) = (answer.customer, answer.score)
            && answer.question == 0
            && answer.spoilt_date.is_none()
            && score <= QUESTIONS[0].scale.1
        {
            newest.insert(number, score);
        }
    }
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (number, score) in newest {
        let sum = sums.entry(raw.customers[number as usize].region).or_default();
        *sum = (sum.0 + f64::from(score), sum.1 + 1.0);
    }
    sums.into_iter().map(|(region, (sum, count))| (region, sum / count)).collect()
}

fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
    (mean, (squares / count).sqrt())
}

/// What was built into the answers.
#[derive(Debug, Serialize)]
pub(super) struct Truth {
    rows: u64,
    regions: u64,
    /// Correlation of people's and customers' satisfaction over many regions.
    correlation: f64,
}

impl Truth {
    pub(super) fn of(raw: &Raw, rows: &[EmployeeAnswer]) -> Self {
        let (_, slope, own) = LEVEL;
        Self {
            rows: rows.len() as u64,
            regions: satisfaction(raw).len() as u64,
            correlation: slope / (slope * slope + own * own).sqrt(),
        }
    }
}
