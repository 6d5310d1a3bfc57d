//! The complete history ("story") of a customer, drawn from one stream of random numbers.
//!
//! Stream `n` of the seed is for customer `n` only, so a story does not
//! depend on who is simulated before it, or on the thread. Later additions have separate streams,
//! so that they do not change earlier data.

use super::customers::{Character, Customer, Setting};
use super::dirt;
use super::draw::Draw;
use super::marketing::Offers;
use super::orders::{Buyer, Order};
use super::process::History;
use super::programme::Enrolment;
use super::relationship;
use super::service::Service;
use super::surveys::{self, Response};
use super::window::{DAY, HOUR};

/// A customer with everything they did.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) customer: Customer,
    pub(super) orders: Vec<Order>,
    pub(super) responses: Vec<Response>,
    pub(super) enrolment: Enrolment,
    pub(super) relationship: Vec<relationship::Response>,
    pub(super) service: Service,
    pub(super) offers: Offers,
}

impl Story {
    /// The story of customer number `number`, counted from 0.
    pub(super) fn tell(setting: &Setting, number: u32) -> Self {
        let draw = &mut Draw::stream(setting.seed, u64::from(number));
        let character = Character::draw(draw);
        let born = draw.whole(0, setting.window.days() - 1);
        let history = character.habits.history(draw, born, setting.window.days());
        let mut orders = purchases(draw, setting, &character, number, &history);
        let responses = surveys::responses(draw, setting, &character, &orders);
        let customer = Customer::draw(draw, &character, &history, orders[0].ordered_at);
        dirt::spoil(draw, setting, &character, &mut orders);
        let told = (&character, &history);
        let enrolment = Enrolment::tell(setting, number, told, &orders);
        let service = Service::tell(setting, number, told, &orders, &responses);
        let offers = Offers::tell(setting, (number, &customer), told, &orders);
        let relationship =
            relationship::responses(setting, number, character.satisfaction, customer.signed_up_at);
        Self { customer, orders, responses, enrolment, relationship, service, offers }
    }
}

fn purchases(
    draw: &mut Draw,
    setting: &Setting,
    character: &Character,
    number: u32,
    history: &History,
) -> Vec<Order> {
    let day = |&day: &u32| {
        let ordered_at = day * DAY + draw.whole(7 * HOUR, 23 * HOUR - 1);
        Order::place(draw, setting, character, Buyer::Known(number), ordered_at)
    };
    history.days.iter().map(day).collect()
}
