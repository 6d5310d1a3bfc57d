//! Answers to surveys, driven by a latent satisfaction.
//!
//! After one purchase in five the customer is asked; the answers come days
//! later, one row per question. Every score is the customer's satisfaction on
//! the question's scale, with noise of the day and of the question.

use super::customers::{Character, Setting};
use super::dirt;
use super::draw::{Draw, nearest};
use super::orders::{Buyer, Cell, Order};
use super::window::{DAY, Moment};

/// The share of purchases that are followed by an answered survey.
const ANSWERED: f64 = 0.20;
/// The share of the questions of a survey that are answered.
const FILLED_IN: f64 = 0.92;

/// One question, with the mean and the slope of its scores.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) id: &'static str,
    pub(super) construct: &'static str,
    pub(super) facet: &'static str,
    /// Without commas or quotes, so it needs none in the file.
    pub(super) wording: &'static str,
    /// Lowest and highest score.
    pub(super) scale: (u32, u32),
    /// `reverse` where a high score is bad.
    pub(super) direction: &'static str,
    middle: f64,
    slope: f64,
}

/// The questionnaire.
pub(super) const QUESTIONS: [Question; 8] = [
    Question {
        id: "csat_overall",
        construct: "satisfaction",
        facet: "overall",
        wording: "How satisfied are you with your order?",
        scale: (1, 5),
        direction: "positive",
        middle: 3.9,
        slope: 0.8,
    },
    Question {
        id: "nps",
        construct: "recommendation",
        facet: "likelihood",
        wording: "How likely are you to recommend us to a friend?",
        scale: (0, 10),
        direction: "positive",
        middle: 7.9,
        slope: 1.7,
    },
    Question {
        id: "ces",
        construct: "effort",
        facet: "ease",
        wording: "How easy was it to get what you wanted?",
        scale: (1, 7),
        direction: "positive",
        middle: 5.2,
        slope: 1.1,
    },
    Question {
        id: "expectation",
        construct: "expectation",
        facet: "overall",
        wording: "What did you expect before you ordered?",
        scale: (1, 10),
        direction: "positive",
        middle: 7.3,
        slope: 0.5,
    },
    Question {
        id: "perceived_quality",
        construct: "quality",
        facet: "overall",
        wording: "How good are the things you received?",
        scale: (1, 10),
        direction: "positive",
        middle: 7.4,
        slope: 1.4,
    },
    Question {
        id: "perceived_value",
        construct: "value",
        facet: "price for quality",
        wording: "How good are they for the price you paid?",
        scale: (1, 10),
        direction: "positive",
        middle: 6.8,
        slope: 1.3,
    },
    Question {
        id: "repurchase_intent",
        construct: "loyalty",
        facet: "repurchase",
        wording: "How likely are you to order again?",
        scale: (1, 10),
        direction: "positive",
        middle: 7.2,
        slope: 1.7,
    },
    Question {
        id: "switch_intent",
        construct: "loyalty",
        facet: "switching",
        wording: "How likely are you to buy elsewhere next time?",
        scale: (1, 10),
        direction: "reverse",
        middle: 4.1,
        slope: -1.6,
    },
];

/// One filled-in survey.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) answered_at: Moment,
    /// In hundredths.
    pub(super) weight: u32,
    pub(super) answers: Vec<Answer>,
}

/// One row of a filled-in survey.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) customer: Buyer,
    /// An index into [`QUESTIONS`].
    pub(super) question: usize,
    pub(super) score: Cell<u32>,
    /// What is sent in place of the date, where that is spoilt.
    pub(super) spoilt_date: Option<&'static str>,
}

/// The surveys a customer fills in before the window closes.
pub(super) fn responses(
    draw: &mut Draw,
    setting: &Setting,
    character: &Character,
    purchases: &[Order],
) -> Vec<Response> {
    let mut responses = Vec::new();
    for order in purchases {
        let answered_at = order.ordered_at + draw.whole(DAY, 14 * DAY);
        if draw.chance(ANSWERED) && answered_at < setting.window.end() {
            responses.push(Response::fill_in(draw, character, order.buyer, answered_at));
        }
    }
    responses
}

impl Response {
    fn fill_in(draw: &mut Draw, character: &Character, customer: Buyer, at: Moment) -> Self {
        let mood = character.satisfaction + 0.5 * draw.normal();
        let weight = weight(draw, character.segment);
        let mut answers = Vec::with_capacity(QUESTIONS.len());
        for (question, asked) in QUESTIONS.iter().enumerate() {
            if draw.chance(FILLED_IN) {
                let score = Cell::Value(asked.score(draw, mood));
                let mut answer = Answer { customer, question, score, spoilt_date: None };
                dirt::spoil_answer(draw, &mut answer);
                answers.push(answer);
            }
        }
        Self { answered_at: at, weight, answers }
    }
}

impl Question {
    fn score(&self, draw: &mut Draw, mood: f64) -> u32 {
        let score = self.middle + self.slope * (mood + 0.5 * draw.normal());
        nearest(score).clamp(self.scale.0, self.scale.1)
    }
}

/// Businesses are undersampled, so each has a higher weight; 0.64 to 2.00.
fn weight(draw: &mut Draw, segment: &str) -> u32 {
    let usual = match segment {
        "business" => 160.0,
        "professional" => 115.0,
        _ => 80.0,
    };
    nearest(usual * draw.between(0.8, 1.25))
}
