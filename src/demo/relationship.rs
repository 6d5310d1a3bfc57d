//! A yearly relationship survey of a panel, with known effects.
//!
//! One customer in ten belongs to the panel and is asked in the last weeks of every year, whether
//! they still buy or not. Answers that depend on others are computed from the recorded
//! answers, and not from the latent values, so a regression of published answers has the
//! coefficients given here:
//!
//! - The overall value is a weighted sum of five dimensions. The weights change from wave to wave:
//!   one dimension vanishes after the first, one appears in the second.
//! - Loyalty depends on satisfaction, on switching costs, and on their product:
//!   switching costs bind those who are satisfied.
//! - Expectations move towards the perceptions in the previous answers.

use std::collections::BTreeMap;

use serde::Serialize;

use super::customers::Setting;
use super::dirt;
use super::draw::{Draw, nearest};
use super::orders::{Buyer, Cell};
use super::questionnaire::{
    ABSENT, ALTERNATIVE, CONSTRAINT, COST, EXPECTATION, KINSHIP, LOYALTY, OVERALL_VALUE,
    PERCEPTION, PRESENT, Question, SATISFACTION, SWITCHING_COST, TOPICS, VALUE,
};
use super::window::{DAY, Moment, Window};

/// Streams of this survey, which nothing else draws from.
const STREAMS: u64 = 21 << 32;
/// The share of customers who belong to the panel.
const PANEL: f64 = 0.10;
/// The share of the panel that answers a wave.
const ANSWERED: f64 = 0.85;
/// The share of the questions that are answered.
const FILLED_IN: f64 = 0.97;
/// Days from one wave to the next, from the first day of a wave to the end of its year, and from
/// its first day to its last.
const WAVES: (u32, u32, u32) = (365, 30, 20);

/// What a value dimension counts in the overall value, by wave; the last row holds from then on.
const WEIGHTS: [[f64; 5]; 3] =
    [[0.45, 0.30, 0.30, 0.0, 0.15], [0.40, 0.30, 0.0, 0.35, 0.15], [0.25, 0.40, 0.0, 0.40, 0.15]];
/// How much of the gap between perception and expectation the next expectation makes up for.
const GAIN: f64 = 0.4;
/// What loyalty gains with satisfaction, with the costs of switching, and with their product.
const MODERATION: Moderation =
    Moderation { satisfaction: 0.5, switching_cost: 0.2, interaction: 1.5 };
/// The share of the panel for whom an attribute is what it is to most.
const AGREED: f64 = 0.7;
/// Answers about presence and absence of an attribute, by what it is to those who give them.
const KANO: [(&str, &str, (u32, u32)); 4] = [
    ("free_returns", "must_be", (3, 5)),
    ("quick_delivery", "one_dimensional", (1, 5)),
    ("gift_wrapping", "attractive", (1, 3)),
    ("paper_catalogue", "indifferent", (3, 3)),
];

/// Slopes of loyalty, all measured from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Moderation {
    satisfaction: f64,
    switching_cost: f64,
    interaction: f64,
}

/// One filled-in survey.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) answered_at: Moment,
    pub(super) answers: Vec<Answer>,
}

/// One row of a filled-in survey.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) customer: Buyer,
    pub(super) question: Question,
    pub(super) score: Cell<u32>,
}

/// The surveys that a customer who signed up at `since` fills in before the window closes.
pub(super) fn responses(
    setting: &Setting,
    number: u32,
    satisfaction: f64,
    since: Moment,
) -> Vec<Response> {
    let draw = &mut Draw::stream(setting.seed, STREAMS + u64::from(number));
    let mut respondent = Respondent::draw(draw, satisfaction);
    if !draw.chance(PANEL) {
        return Vec::new();
    }
    let mut responses = Vec::new();
    for (wave, opens) in waves(&setting.window).enumerate() {
        let answered_at = draw.whole(opens * DAY, (opens + WAVES.2) * DAY - 1);
        if draw.chance(ANSWERED) && since < opens * DAY {
            let sheet = respondent.fill_in(draw, wave);
            let answers = sheet.into_answers(draw, Buyer::Known(number));
            responses.push(Response { answered_at, answers });
        }
    }
    responses
}

/// The first days of the waves.
fn waves(window: &Window) -> impl Iterator<Item = u32> {
    let (every, before, _) = WAVES;
    let end = window.days();
    (1..).map(move |year| year * every - before).take_while(move |opens| opens + before <= end)
}

/// A respondent, with the traits that persist from wave to wave.
#[derive(Debug)]
struct Respondent {
    satisfaction: f64,
    attachment: f64,
    is_kin: bool,
    /// What every attribute of [`KANO`] is to this person: one of its rows.
    opinions: [usize; 4],
    /// Expectation and perception of every part of the service, as last answered.
    service: [Option<(f64, f64)>; 5],
}

impl Respondent {
    fn draw(draw: &mut Draw, satisfaction: f64) -> Self {
        let (attachment, is_kin) = (draw.normal(), draw.chance(0.03));
        let mut opinion = |usual| if draw.chance(AGREED) { usual } else { draw.index(KANO.len()) };
        let opinions = [0, 1, 2, 3].map(&mut opinion);
        Self { satisfaction, attachment, is_kin, opinions, service: [None; 5] }
    }

    fn fill_in(&mut self, draw: &mut Draw, wave: usize) -> Sheet {
        let mut sheet = Sheet { scores: Vec::new() };
        for topic in 0..TOPICS.len() {
            let (level, noise) = self.level(draw, wave, topic, &sheet);
            sheet.fill_in(draw, topic, level, noise);
        }
        self.remember(&sheet);
        sheet
    }

    /// What is felt about a topic, from 0 to 1, and how much a single answer differs from that.
    fn level(&self, draw: &mut Draw, wave: usize, topic: usize, sheet: &Sheet) -> (f64, f64) {
        let own = draw.normal();
        let construct = TOPICS[topic].construct;
        match construct {
            VALUE => (0.55 + 0.05 * self.satisfaction + 0.16 * own, 0.08),
            OVERALL_VALUE => (overall_value(wave, sheet) + 0.04 * own, 0.0),
            SWITCHING_COST => (0.5 + 0.15 * self.attachment + 0.1 * own, 0.08),
            SATISFACTION => (0.6 + 0.14 * self.satisfaction + 0.08 * own, 0.0),
            LOYALTY => (loyalty(sheet) + 0.05 * own, 0.08),
            PERCEPTION => (0.6 + 0.1 * self.satisfaction + 0.1 * own, 0.0),
            EXPECTATION => (self.expectation(topic, own), 0.0),
            PRESENT => (self.opinion(topic).0, 0.0),
            ABSENT => (self.opinion(topic).1, 0.0),
            COST => (0.45 - 0.05 * self.satisfaction + 0.15 * own, 0.08),
            ALTERNATIVE => (f64::from(u8::from(draw.chance(0.8))), 0.0),
            CONSTRAINT => (f64::from(u8::from(draw.chance(0.1))), 0.0),
            KINSHIP => (f64::from(u8::from(self.is_kin)), 0.0),
            _ => (0.6 + 0.1 * self.satisfaction + 0.12 * own, 0.08),
        }
    }

    /// What is expected of a part of the service: at first what others say of it.
    fn expectation(&self, topic: usize, own: f64) -> f64 {
        match self.service[place(topic)] {
            Some((expected, perceived)) => expected + GAIN * (perceived - expected) + 0.05 * own,
            None => 0.75 + 0.1 * own,
        }
    }

    /// What somebody feels about an attribute that is there, and that is not, from 0 to 1.
    fn opinion(&self, topic: usize) -> (f64, f64) {
        let facet = TOPICS[topic].facet;
        let attribute = KANO.iter().position(|(attribute, ..)| *attribute == facet);
        let (_, _, (present, absent)) = KANO[self.opinions[attribute.unwrap_or_default()]];
        (f64::from(present - 1) / 4.0, f64::from(absent - 1) / 4.0)
    }

    /// Keeps what was answered about the service; of what was not, nothing stays.
    fn remember(&mut self, sheet: &Sheet) {
        let (expected, perceived) = (sheet.parts(EXPECTATION), sheet.parts(PERCEPTION));
        for (service, both) in self.service.iter_mut().zip(expected.into_iter().zip(perceived)) {
            *service = both.0.zip(both.1);
        }
    }
}

/// The place of a topic among those of its construct.
fn place(topic: usize) -> usize {
    let construct = TOPICS[topic].construct;
    topic - TOPICS.iter().position(|other| other.construct == construct).unwrap_or(topic)
}

fn overall_value(wave: usize, sheet: &Sheet) -> f64 {
    let weights = WEIGHTS[wave.min(WEIGHTS.len() - 1)];
    let parts = sheet.parts(VALUE).into_iter().zip(weights);
    0.55 + parts.map(|(part, weight)| weight * (part.unwrap_or(0.55) - 0.55)).sum::<f64>()
}

fn loyalty(sheet: &Sheet) -> f64 {
    let Moderation { satisfaction, switching_cost, interaction } = MODERATION;
    let satisfied = sheet.mean(SATISFACTION).unwrap_or(0.6) - 0.6;
    let bound = sheet.mean(SWITCHING_COST).unwrap_or(0.5) - 0.5;
    0.55 + satisfaction * satisfied + switching_cost * bound + interaction * satisfied * bound
}

/// What has been answered.
#[derive(Debug)]
struct Sheet {
    scores: Vec<(Question, u32)>,
}

impl Sheet {
    fn fill_in(&mut self, draw: &mut Draw, topic: usize, level: f64, noise: f64) {
        let (low, high) = TOPICS[topic].scale;
        for question in Question::of(topic) {
            let level = level + noise * draw.normal();
            let score = nearest(f64::from(low) + f64::from(high - low) * level).clamp(low, high);
            if draw.chance(FILLED_IN) {
                self.scores.push((question, score));
            }
        }
    }

    /// The mean answer about every part of a construct, from 0 to 1.
    fn parts(&self, construct: &str) -> Vec<Option<f64>> {
        let topics = (0..TOPICS.len()).filter(|topic| TOPICS[*topic].construct == construct);
        topics.map(|topic| mean(self.marks(topic))).collect()
    }

    /// The mean of the parts that are known.
    fn mean(&self, construct: &str) -> Option<f64> {
        mean(self.parts(construct).into_iter().flatten())
    }

    fn marks(&self, topic: usize) -> impl Iterator<Item = f64> {
        let (low, high) = TOPICS[topic].scale;
        let scores = self.scores.iter().filter(move |(question, _)| question.topic == topic);
        scores.map(move |(_, score)| f64::from(score - low) / f64::from(high - low))
    }

    fn into_answers(self, draw: &mut Draw, customer: Buyer) -> Vec<Answer> {
        let answer = |(question, score)| {
            let mut answer = Answer { customer, question, score: Cell::Value(score) };
            dirt::spoil_relationship_answer(draw, &mut answer);
            answer
        };
        self.scores.into_iter().map(answer).collect()
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// What the survey is made of.
#[derive(Debug, Serialize)]
pub(super) struct Truth {
    waves: Vec<Wave>,
    expectation_gain: f64,
    moderation: Moderation,
    kano: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Serialize)]
struct Wave {
    opens_on: String,
    value_weights: BTreeMap<&'static str, f64>,
}

impl Truth {
    pub(super) fn of(window: &Window) -> Self {
        let parts = TOPICS.iter().filter(|topic| topic.construct == VALUE);
        let parts: Vec<_> = parts.map(|topic| topic.facet).collect();
        let wave = |(wave, opens): (usize, u32)| Wave {
            opens_on: window.label(opens).to_owned(),
            value_weights: parts
                .iter()
                .copied()
                .zip(WEIGHTS[wave.min(WEIGHTS.len() - 1)])
                .collect(),
        };
        Self {
            waves: waves(window).enumerate().map(wave).collect(),
            expectation_gain: GAIN,
            moderation: MODERATION,
            kano: KANO.iter().map(|(attribute, class, _)| (*attribute, *class)).collect(),
        }
    }
}
