//! The sections of a page, one a file.

mod cohort;
mod concentration;
mod driver;
mod equity;
mod kpi;
mod loyalty;
mod missing;
mod model;
mod quality;

use maud::{Markup, html};

use super::scene::Scene;
use super::words::Word;

/// A section: where it is found, what it is called, what it is about, what is in it.
pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) title: Word,
    lead: Word,
    content: fn(&Scene) -> Markup,
}

/// All sections in the order of the page.
pub(super) const ALL: [Section; 9] = [
    section("kpis", Word::Kpis, Word::KpisLead, kpi::content),
    section("equity", Word::Equity, Word::EquityLead, equity::content),
    section("loyalty", Word::Loyalty, Word::LoyaltyLead, loyalty::content),
    section("cohorts", Word::Cohorts, Word::CohortsLead, cohort::content),
    section("drivers", Word::Drivers, Word::DriversLead, driver::content),
    section("models", Word::Models, Word::ModelsLead, model::content),
    section("concentration", Word::Concentration, Word::ConcentrationLead, concentration::content),
    section("quality", Word::Quality, Word::QualityLead, quality::content),
    section("missing", Word::Missing, Word::MissingLead, missing::content),
];

const fn section(
    id: &'static str,
    title: Word,
    lead: Word,
    content: fn(&Scene) -> Markup,
) -> Section {
    Section { id, title, lead, content }
}

impl Section {
    pub(super) fn shown(&self, scene: &Scene) -> Markup {
        let heading = format!("{}-heading", self.id);
        html! {
            section id=(self.id) aria-labelledby=(heading) {
                h2 id=(heading) { (scene.say(self.title)) }
                p.lead { (scene.say(self.lead)) }
                ((self.content)(scene))
            }
        }
    }
}
