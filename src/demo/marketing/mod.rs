//! Marketing of the shop: promotions with control groups, customised lines,
//! recorded preferences, answers of employees, and comparisons of brands.
//!
//! All of it is drawn from separate streams and is in separate files; the other files are the
//! same with and without it.

mod brands;
mod customisation;
mod employees;
mod files;
mod preferences;
mod promotion;

use std::io;

use serde::Serialize;

use super::raw::Raw;
use brands::Rating;
use customisation::Customisation;
use employees::EmployeeAnswer;
use preferences::Entry;

pub(super) use promotion::Offers;

/// What the files of this folder say, each list in order of time.
#[derive(Debug, Default)]
pub(super) struct Marketing {
    /// By customer.
    offers: Vec<Offers>,
    customisations: Vec<Customisation>,
    preferences: Vec<Entry>,
    employee_answers: Vec<EmployeeAnswer>,
    ratings: Vec<Rating>,
}

/// What `truth.json` says of it.
#[derive(Debug, Serialize)]
pub(super) struct Truth {
    promotions: promotion::Truth,
    customisation: customisation::Truth,
    preferences: preferences::Truth,
    service_profit_chain: employees::Truth,
    brands: brands::Truth,
}

impl Marketing {
    /// Adds what was offered to the next customer.
    pub(super) fn add(&mut self, offers: Offers) {
        self.offers.push(offers);
    }

    /// Tells what follows from all that has happened.
    pub(super) fn settle(&mut self, raw: &Raw) {
        self.customisations = customisation::tell(raw);
        self.preferences = preferences::tell(raw);
        self.employee_answers = employees::tell(raw);
        self.ratings = brands::tell(raw);
    }

    /// The path of each file, and what is in it.
    pub(super) fn files(&self, raw: &Raw) -> io::Result<Vec<(String, Vec<u8>)>> {
        files::all(raw, self)
    }
}

impl Truth {
    pub(super) fn of(raw: &Raw, told: &Marketing) -> Self {
        Self {
            promotions: promotion::Truth::of(&told.offers, &raw.setting.window),
            customisation: customisation::Truth::of(raw, &told.customisations),
            preferences: preferences::Truth::of(raw, &told.preferences),
            service_profit_chain: employees::Truth::of(raw, &told.employee_answers),
            brands: brands::Truth::of(&told.ratings),
        }
    }
}

#[cfg(test)]
mod tests;
