//! Treatments with a known effect on the next purchase, although the purchases were drawn without
//! them.
//!
//! A customer who buys again in time with probability p is treated with the same probability,
//! whatever p is: a little more often if a purchase follows and a little less if none does, or the
//! other way round. The distribution is as if the treatment had been assigned at random first and
//! had changed p: with share s and strength β by β·p·(1 − p) / (1 − s). The assignment is
//! independent of everything before, so a matched comparison finds the mean of that.

use super::draw::Draw;
use super::process::{Habits, History};

/// What is dealt to a share of those who come by it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lot {
    pub(super) share: f64,
    /// From −1 to 1, and so small that no chance is below 0 or above 1.
    pub(super) strength: f64,
}

/// Whether a customer buys again in time: what comes of it, and how likely it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Return {
    pub(super) happens: bool,
    pub(super) chance: f64,
}

/// What may be said of the wait for the next purchase.
#[derive(Clone, Copy, Debug)]
struct Wait {
    /// The probability that there is a next purchase.
    stays: f64,
    rate: f64,
    /// Waits are rounded to whole days, so one that begins today ends within half a day more.
    rounded: f64,
}

impl Lot {
    pub(super) fn deal(self, draw: &mut Draw, back: Return) -> bool {
        let pull = f64::from(u8::from(back.happens)) - back.chance;
        draw.chance(self.share * (1.0 + self.strength * pull))
    }

    /// By how much the lot changes the chance of a return.
    pub(super) fn effect(self, back: Return) -> f64 {
        self.strength * back.chance * (1.0 - back.chance) / (1.0 - self.share)
    }

    /// The same return, given that the treatment was assigned.
    pub(super) fn known(self, back: Return) -> Return {
        let chance = back.chance * (1.0 + self.strength * (1.0 - back.chance));
        Return { chance, ..back }
    }
}

impl Return {
    /// Within `limit` days after purchase number `place`, counted from 0.
    pub(super) fn after_purchase(
        draw: &mut Draw,
        (habits, history): (&Habits, &History),
        place: usize,
        (limit, end): (u32, u32),
    ) -> Self {
        let stays = if place == 0 { 1.0 } else { 1.0 - habits.leaving };
        let now = history.days[place];
        let next = history.days.get(place + 1).map(|next| next - now);
        Wait { stays, rate: habits.rate, rounded: 0.5 }.within(draw, next, limit, end - 1 - now)
    }

    /// Within `limit` days after day `now`, on which nothing was bought.
    pub(super) fn from_silence(
        draw: &mut Draw,
        (habits, history): (&Habits, &History),
        now: u32,
        (limit, end): (u32, u32),
    ) -> Self {
        let before = history.days.partition_point(|day| *day <= now);
        let has_left = before == history.days.len() && !history.alive;
        let stays = if has_left { 0.0 } else { 1.0 };
        let next = history.days.get(before).map(|next| next - now);
        Wait { stays, rate: habits.rate, rounded: 0.0 }.within(draw, next, limit, end - 1 - now)
    }
}

impl Wait {
    /// If a wait continues beyond the window, whether it ends in time is drawn.
    fn within(self, draw: &mut Draw, next: Option<u32>, limit: u32, watched: u32) -> Return {
        let chance = self.ended_by(limit);
        let seen = self.ended_by(watched);
        let happens = match next {
            Some(days) => days <= limit,
            None => watched < limit && draw.chance((chance - seen) / (1.0 - seen)),
        };
        Return { happens, chance }
    }

    fn ended_by(self, days: u32) -> f64 {
        if days == 0 {
            return 0.0;
        }
        self.stays * (1.0 - libm::exp(-self.rate * (f64::from(days) + self.rounded)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever is dealt a lot is nobody special, and comes back as often as the lot says.
    #[test]
    fn a_lot_is_dealt_whatever_the_chance_was_and_moves_it_as_it_says() {
        let draw = &mut Draw::stream(5, 0);
        for lot in [Lot { share: 0.06, strength: -0.9 }, Lot { share: 0.5, strength: 0.9 }] {
            for chance in [0.1, 0.5, 0.9] {
                let (mut dealt, mut returned) = ([0.0; 2], [0.0; 2]);
                for _ in 0..400_000 {
                    let back = Return { happens: draw.chance(chance), chance };
                    let arm = usize::from(lot.deal(draw, back));
                    dealt[arm] += 1.0;
                    returned[arm] += f64::from(u8::from(back.happens));
                }
                let error = (4e5 * lot.share * (1.0 - lot.share)).sqrt();
                assert!((dealt[1] - 4e5 * lot.share).abs() < 3.5 * error, "{dealt:?}");
                let back = Return { happens: true, chance };
                let found = returned[1] / dealt[1];
                let error = (0.25 / dealt[1]).sqrt();
                assert!((found - lot.known(back).chance).abs() < 3.5 * error, "{found}");
                let found = found - returned[0] / dealt[0];
                let error = error + (0.25 / dealt[0]).sqrt();
                assert!((found - lot.effect(back)).abs() < 3.5 * error, "{found}");
            }
        }
    }

    /// The chance of a return is the share that returns, however early the window closes.
    #[test]
    fn a_return_is_as_likely_as_it_is_said_to_be() {
        let draw = &mut Draw::stream(5, 1);
        let habits = Habits { rate: 0.02, leaving: 0.2, thrift: 1.0 };
        for (end, now) in [(400, 0), (60, 0), (400, 50), (90, 50)] {
            let (mut returned, mut expected, mut drawn) = (0.0, 0.0, 0.0);
            while drawn < 20_000.0 {
                let history = habits.history(draw, 0, end);
                let told = (&habits, &history);
                if now > 0 && history.days.iter().any(|day| (1..=now).contains(day)) {
                    continue;
                }
                let back = match now {
                    0 => Return::after_purchase(draw, told, 0, (90, end)),
                    _ => Return::from_silence(draw, told, now, (90, end)),
                };
                drawn += 1.0;
                returned += f64::from(u8::from(back.happens));
                expected += back.chance;
            }
            let off = (returned - expected).abs() / (0.25_f64 * drawn).sqrt();
            assert!(off < 3.5, "{end} {now}: {returned}, not {expected}");
        }
    }
}
