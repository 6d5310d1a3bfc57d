//! A randomised win-back offer.
//!
//! Two thirds into the window everybody who has not bought for [`SILENT`] days is in the
//! experiment: one half is asked why and made an offer, the others are controls. The offer changes
//! the probability of a purchase within [`super::complaints::WITHIN`] days by a known amount
//! ([`super::super::dealing`]); those who have left for good do not come back.

use super::super::customers::{Character, Setting};
use super::super::dealing::{Lot, Return};
use super::super::draw::Draw;
use super::super::orders::{Buyer, Order};
use super::super::process::History;
use super::super::window::{DAY, HOUR, Moment, Window};
use super::complaints::{CAUSES, WITHIN};

/// The offer is assigned with equal probabilities.
pub(super) const OFFER: Lot = Lot { share: 0.5, strength: 0.9 };
/// Days without a purchase after which a customer is silent.
const SILENT: u32 = 90;
/// The chance that what drove a customer away is put right.
const RESOLVED: f64 = 0.6;

/// A customer drawn for the offer; of a control, who was left alone.
#[derive(Clone, Debug)]
pub(super) struct WinBack {
    pub(super) customer: Buyer,
    pub(super) contacted_at: Moment,
    pub(super) is_control: bool,
    /// The reason for leaving; empty if unknown.
    pub(super) reason: &'static str,
    pub(super) is_reason_resolved: bool,
    /// What the offer adds, or would have added, to the chance of a return.
    pub(super) effect: f64,
}

/// The day of the offer.
pub(super) fn offered_on(window: &Window) -> u32 {
    window.days() / 3 * 2
}

pub(super) fn win_back(
    draw: &mut Draw,
    setting: &Setting,
    (character, history): (&Character, &History),
    purchases: &[&Order],
) -> Option<WinBack> {
    let day = offered_on(&setting.window);
    let last = history.days.iter().rev().find(|last| **last <= day)?;
    if day - last < SILENT {
        return None;
    }
    let told = (&character.habits, history);
    let back = Return::from_silence(draw, told, day, (WITHIN, setting.window.days()));
    Some(WinBack {
        customer: purchases.first()?.buyer,
        contacted_at: day * DAY + draw.whole(9 * HOUR, 17 * HOUR),
        is_control: !OFFER.deal(draw, back),
        reason: draw.weighted(&CAUSES),
        is_reason_resolved: draw.chance(RESOLVED),
        effect: OFFER.effect(back),
    })
}
