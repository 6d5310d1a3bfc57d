//! Further data about customers: referrals, costs, contributions,
//! visits, and purchases elsewhere.
//!
//! It is generated last, from separate streams, so that it does not change other data.

mod contributions;
mod costs;
mod referrals;
mod sessions;
mod sheets;
mod wallet;

use serde::Serialize;

use super::orders::{Buyer, Order};
use super::raw::Raw;

use contributions::{PartnerRevenue, Suggestion};
use costs::Cost;
use referrals::Referral;
use sessions::Session;
pub(super) use sheets::Sheet;
use wallet::WalletAnswer;

/// Everything the files of this folder say, each list in order of time.
#[derive(Debug, Default)]
pub(super) struct Value {
    referrals: Vec<Referral>,
    costs: Vec<Cost>,
    suggestions: Vec<Suggestion>,
    partner_revenues: Vec<PartnerRevenue>,
    sessions: Vec<Session>,
    wallet_answers: Vec<WalletAnswer>,
}

/// What `truth.json` says of it.
#[derive(Debug, Serialize)]
pub(super) struct Truth {
    referrals: referrals::Truth,
    profit: costs::Truth,
    contributions: contributions::Truth,
    sessions: sessions::Truth,
    wallet: wallet::Truth,
}

impl Value {
    pub(super) fn tell(raw: &Raw) -> Self {
        let (suggestions, partner_revenues) = contributions::tell(raw);
        Self {
            referrals: referrals::tell(raw),
            costs: costs::tell(raw),
            suggestions,
            partner_revenues,
            sessions: sessions::tell(raw),
            wallet_answers: wallet::tell(raw),
        }
    }
}

impl Truth {
    pub(super) fn of(raw: &Raw, value: &Value) -> Self {
        Self {
            referrals: referrals::Truth::of(raw, &value.referrals),
            profit: costs::Truth::of(raw, &value.costs),
            contributions: contributions::Truth::of(&value.suggestions, &value.partner_revenues),
            sessions: sessions::Truth::of(&value.sessions),
            wallet: wallet::Truth::of(&value.wallet_answers),
        }
    }
}

/// The orders of each customer, with their numbers, in order of time.
pub(super) fn orders_by_customer(raw: &Raw) -> Vec<Vec<(usize, &Order)>> {
    let mut orders = vec![Vec::new(); raw.customers.len()];
    for (number, order) in raw.orders.iter().enumerate() {
        if let Buyer::Known(customer) = order.buyer {
            orders[customer as usize].push((number, order));
        }
    }
    orders
}
