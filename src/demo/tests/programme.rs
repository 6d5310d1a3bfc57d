//! The promises of the programmes, each held against the data itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::super::orders::{Buyer, Cell};
use super::super::points::Kind;
use super::super::programme::{Membership, Programme, is_after};
use super::super::raw::Raw;
use super::super::truth::Outcome;
use super::super::*;

/// Further off than this happens once in 2,000 times.
const STANDARD_ERRORS: f64 = 3.5;

static RAW: LazyLock<Raw> = LazyLock::new(|| {
    let start = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
    let options = Options { customers: 6_000, seed: 3, start, months: 36 };
    Shop::simulate(&options, 2).unwrap().raw
});

fn dealt(raw: &Raw) -> Vec<&Membership> {
    let all = raw.memberships.iter();
    all.filter(|one| one.genuine && one.programme == Programme::GoldCard).collect()
}

/// Spend and purchase days of each customer on the days after joining, or of those before.
fn bought(raw: &Raw, dealt: &[&Membership], after: bool) -> Vec<(bool, [f64; 2])> {
    let number = |buyer| if let Buyer::Known(number) = buyer { Some(number) } else { None };
    let mut sums: BTreeMap<u32, (&Membership, [f64; 2])> = dealt
        .iter()
        .filter_map(|one| number(one.customer).map(|number| (number, (*one, [0.0; 2]))))
        .collect();
    for order in raw.orders.iter().filter(|order| order.genuine) {
        if let Some((one, sums)) = number(order.buyer).and_then(|number| sums.get_mut(&number))
            && is_after(order, one.joined_at) == after
        {
            sums[0] += f64::from(order.value) / 100.0;
            sums[1] += 1.0;
        }
    }
    sums.into_values().map(|(one, sums)| (!one.is_control, sums)).collect()
}

fn mean_and_square_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) / n)
}

/// Members less controls, and the standard error.
fn difference(bought: &[(bool, [f64; 2])], measure: usize) -> (f64, f64) {
    let arm = |treated: bool| -> Vec<f64> {
        let arm = bought.iter().filter(|(is_treated, _)| *is_treated == treated);
        arm.map(|(_, sums)| sums[measure]).collect()
    };
    let (one, other) = (mean_and_square_error(&arm(true)), mean_and_square_error(&arm(false)));
    (one.0 - other.0, (one.1 + other.1).sqrt())
}

#[track_caller]
fn assert_within(what: &str, (found, error): (f64, f64), truth: f64) {
    let off = (found - truth).abs() / error;
    assert!(off < STANDARD_ERRORS, "{what}: {found} ± {error}, not {truth}");
}

#[test]
fn members_and_controls_are_alike_but_for_the_effect() {
    let dealt = dealt(&RAW);
    let members = dealt.iter().filter(|one| !one.is_control).count() as f64;
    let all = dealt.len() as f64;
    assert_within("members", (members, all.sqrt() / 2.0), all / 2.0);
    let before = bought(&RAW, &dealt, false);
    assert_within("spend before", difference(&before, 0), 0.0);
    assert_within("purchase days before", difference(&before, 1), 0.0);
    let after = bought(&RAW, &dealt, true);
    let truth = Outcome::of(&RAW, Programme::GoldCard);
    assert_within("spend after", difference(&after, 0), truth.spend_effect);
    assert_within("purchase days after", difference(&after, 1), truth.purchase_day_effect);
    // Something is there to be found.
    let (found, error) = difference(&after, 0);
    assert!(found > STANDARD_ERRORS * error, "{found} ± {error}");
}

/// Were the other life drawn otherwise than the one recorded, the coin would not be fair.
#[test]
fn the_life_told_and_the_other_are_alike() {
    let told_less_other = |effect: fn(&Membership) -> i64| -> Vec<f64> {
        let moved = dealt(&RAW).into_iter().filter(|one| one.effect.spend != 0);
        moved.map(|one| if one.is_control { -effect(one) } else { effect(one) } as f64).collect()
    };
    for less in
        [told_less_other(|one| one.effect.spend), told_less_other(|one| one.effect.purchase_days)]
    {
        let (mean, square_error) = mean_and_square_error(&less);
        assert_within("told less other", (mean, square_error.sqrt()), 0.0);
    }
}

#[test]
fn points_are_of_members_and_none_is_spent_twice() {
    let mut balances: BTreeMap<(&str, String), i64> = BTreeMap::new();
    for entry in RAW.point_entries.iter().filter(|entry| entry.genuine) {
        let Cell::Value(points) = entry.points else { panic!("rubbish in {entry:?}") };
        let balance = balances.entry((entry.programme.id(), format!("{:?}", entry.customer)));
        let sign = if entry.kind == Kind::Issued { 1 } else { -1 };
        let balance = balance.or_default();
        *balance += sign * i64::from(points);
        assert!(points > 0 && *balance >= 0, "{entry:?}");
    }
    let is_member = |one: &&Membership| one.genuine && !one.is_control;
    let members: BTreeSet<_> = RAW
        .memberships
        .iter()
        .filter(is_member)
        .map(|one| (one.programme.id(), format!("{:?}", one.customer)))
        .collect();
    assert!(balances.keys().all(|holder| members.contains(holder)));
    for programme in Programme::ALL {
        let outcome = Outcome::of(&RAW, programme);
        let left: i64 = balances
            .iter()
            .filter(|((id, _), _)| *id == programme.id())
            .map(|(_, left)| left)
            .sum();
        let spent = outcome.points_redeemed + outcome.points_expired;
        assert_eq!(outcome.points_issued, spent + left.unsigned_abs());
        assert!(outcome.points_redeemed > 0 && outcome.points_expired > 0 && left > 0);
    }
}
