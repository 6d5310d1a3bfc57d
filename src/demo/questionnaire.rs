//! The questions of the yearly relationship survey.
//!
//! A topic is one part of a construct with one or two questions, all on one scale. Ids of questions are
//! made of construct, part and number.

use std::io::{self, Write};

/// One part of a construct.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) construct: &'static str,
    pub(super) facet: &'static str,
    /// Lowest and highest score.
    pub(super) scale: (u32, u32),
    /// Without commas or quotes, so they need none in the file.
    wordings: &'static [&'static str],
}

const fn topic(
    construct: &'static str,
    facet: &'static str,
    wordings: &'static [&'static str],
) -> Topic {
    Topic { construct, facet, scale: (1, 7), wordings }
}

/// Asked about something that is there and about its absence: 1 like to 5 dislike.
const fn kano(
    construct: &'static str,
    facet: &'static str,
    wordings: &'static [&'static str],
) -> Topic {
    Topic { construct, facet, scale: (1, 5), wordings }
}

/// Answered by yes, 1, or no, 0.
const fn yes_or_no(construct: &'static str, wordings: &'static [&'static str]) -> Topic {
    Topic { construct, facet: "overall", scale: (0, 1), wordings }
}

pub(super) const VALUE: &str = "value_dimension";
pub(super) const OVERALL_VALUE: &str = "overall_value";
pub(super) const SWITCHING_COST: &str = "switching_cost";
pub(super) const SATISFACTION: &str = "relationship_satisfaction";
pub(super) const LOYALTY: &str = "relationship_loyalty";
pub(super) const EXPECTATION: &str = "service_expectation";
pub(super) const PERCEPTION: &str = "service_perception";
pub(super) const PRESENT: &str = "kano_functional";
pub(super) const ABSENT: &str = "kano_dysfunctional";
pub(super) const COST: &str = "delivered_cost";
pub(super) const ALTERNATIVE: &str = "alternative";
pub(super) const CONSTRAINT: &str = "constraint";
pub(super) const KINSHIP: &str = "kinship";

/// The questionnaire, in the order in which it is filled in: what follows from other answers comes after them.
pub(super) const TOPICS: [Topic; 62] = [
    topic(VALUE, "functional", &["It does what I need.", "It is well made."]),
    topic(VALUE, "emotional", &["I enjoy shopping here.", "It makes me feel good."]),
    topic(VALUE, "social", &["It makes a good impression.", "My friends approve of it."]),
    topic(VALUE, "epistemic", &["I discover new things here.", "It makes me curious."]),
    topic(VALUE, "conditional", &["It is there when I need it.", "It fits the occasion."]),
    topic(OVERALL_VALUE, "overall", &["All in all it is worth it."]),
    topic(SWITCHING_COST, "economic_risk", &["Another shop may be worse.", "Changing is risky."]),
    topic(SWITCHING_COST, "evaluation", &["Comparing takes long.", "Comparing is tiresome."]),
    topic(SWITCHING_COST, "learning", &["Another shop is hard to learn.", "I know my way here."]),
    topic(SWITCHING_COST, "set_up", &["Signing up elsewhere is work.", "My settings are here."]),
    topic(SWITCHING_COST, "benefit_loss", &["I would lose points.", "I would lose privileges."]),
    topic(SWITCHING_COST, "monetary_loss", &["Changing costs money.", "There are fees at first."]),
    topic(SWITCHING_COST, "personal_relationship", &["I like the people.", "They know me."]),
    topic(SWITCHING_COST, "brand_relationship", &["I like the brand.", "It suits me."]),
    topic(SATISFACTION, "overall", &["How satisfied are you with us?"]),
    topic(LOYALTY, "intention", &["I shall stay a customer.", "You are my first choice."]),
    topic("relational_benefit", "confidence", &["I know what I get.", "I trust you."]),
    topic("relational_benefit", "social", &["I am known here.", "I have friends here."]),
    topic("relational_benefit", "special_treatment", &["I get extras.", "I am served first."]),
    topic("loyalty_phase", "cognitive", &["You offer the best.", "You suit my needs best."]),
    topic("loyalty_phase", "affective", &["I like you.", "I am fond of you."]),
    topic("loyalty_phase", "conative", &["I mean to buy again.", "I mean to stay."]),
    topic("loyalty_phase", "action", &["I buy here in any case.", "I go out of my way."]),
    topic("barrier", "overall", &["It is hard to leave.", "Little else is in reach."]),
    topic("voice", "overall", &["I tell you what is wrong.", "You listen to complaints."]),
    topic(PERCEPTION, "tangibles", &["How good do things look?"]),
    topic(PERCEPTION, "reliability", &["How reliably do you deliver?"]),
    topic(PERCEPTION, "responsiveness", &["How quickly do you help?"]),
    topic(PERCEPTION, "assurance", &["How competent are you?"]),
    topic(PERCEPTION, "empathy", &["How well do you understand me?"]),
    topic(EXPECTATION, "tangibles", &["How good should things look?"]),
    topic(EXPECTATION, "reliability", &["How reliable should you be?"]),
    topic(EXPECTATION, "responsiveness", &["How quickly should you help?"]),
    topic(EXPECTATION, "assurance", &["How competent should you be?"]),
    topic(EXPECTATION, "empathy", &["How well should you understand me?"]),
    topic("satisfaction_level", "attribute", &["With the things.", "With the service."]),
    topic("satisfaction_level", "consequence", &["With using them.", "With what they do."]),
    topic("satisfaction_level", "goal", &["With what I reached.", "With how it helps me."]),
    topic("touchpoint", "website", &["How was the website?"]),
    topic("touchpoint", "ordering", &["How was ordering?"]),
    topic("touchpoint", "delivery", &["How was the delivery?"]),
    topic("touchpoint", "product", &["How was unpacking and use?"]),
    topic("touchpoint", "service", &["How was help afterwards?"]),
    kano(PRESENT, "free_returns", &["If returns are free?"]),
    kano(ABSENT, "free_returns", &["If returns are not free?"]),
    kano(PRESENT, "quick_delivery", &["If delivery is quick?"]),
    kano(ABSENT, "quick_delivery", &["If delivery is not quick?"]),
    kano(PRESENT, "gift_wrapping", &["If gifts are wrapped?"]),
    kano(ABSENT, "gift_wrapping", &["If gifts are not wrapped?"]),
    kano(PRESENT, "paper_catalogue", &["If there is a paper catalogue?"]),
    kano(ABSENT, "paper_catalogue", &["If there is no paper catalogue?"]),
    topic("delivered_benefit", "product", &["How good are the products?"]),
    topic("delivered_benefit", "service", &["How good is the service?"]),
    topic("delivered_benefit", "personnel", &["How good are the people?"]),
    topic("delivered_benefit", "image", &["How good is the name?"]),
    topic(COST, "monetary", &["How much does it cost?"]),
    topic(COST, "time", &["How much time does it take?"]),
    topic(COST, "energy", &["How much effort does it take?"]),
    topic(COST, "psychic", &["How much worry does it cause?"]),
    yes_or_no(ALTERNATIVE, &["Could you buy the same elsewhere?"]),
    yes_or_no(CONSTRAINT, &["Did anything keep you from buying as much as you wanted?"]),
    yes_or_no(KINSHIP, &["Do you or does somebody close to you work for us?"]),
];

/// A question: a place in [`TOPICS`] and a place among its wordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) topic: usize,
    place: usize,
}

impl Question {
    /// All questions, in the order in which they are asked.
    pub(super) fn all() -> Vec<Self> {
        (0..TOPICS.len()).flat_map(Self::of).collect()
    }

    /// The questions of a topic.
    pub(super) fn of(topic: usize) -> impl Iterator<Item = Self> {
        (0..TOPICS[topic].wordings.len()).map(move |place| Self { topic, place })
    }

    pub(super) fn about(self) -> &'static Topic {
        &TOPICS[self.topic]
    }

    pub(super) fn wording(self) -> &'static str {
        self.about().wordings[self.place]
    }

    /// Appends what the files call it.
    pub(super) fn write_id(self, out: &mut Vec<u8>) -> io::Result<()> {
        let Topic { construct, facet, .. } = self.about();
        write!(out, "{construct}_{facet}_{}", self.place + 1)
    }
}
