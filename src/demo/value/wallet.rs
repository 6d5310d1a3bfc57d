//! Where customers buy a category, according to their answers.
//!
//! Some customers are asked once about the category they buy most: which shops they use for it and which
//! share of the money goes to each. The shop's own share is 1 for those who use no other, else a
//! beta. Ranks follow the shares; some give only ranks.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::draw::{Draw, nearest};
use super::super::raw::Raw;
use super::super::window::{DAY, Moment};

/// Streams of wallets, one for each customer.
const STREAMS: u64 = 20 << 32;
/// The chance that a customer is asked.
const ASKED: f64 = 0.4;
/// How many shops a customer uses, this one among them.
const SHOPS: [(usize, f64); 4] = [(1, 0.25), (2, 0.35), (3, 0.25), (4, 0.15)];
/// The beta of the own share of those who use others too.
const SHARE: (f64, f64) = (2.0, 2.5);
/// The share of those who give ranks alone.
const RANKS_ALONE: f64 = 0.3;
/// The others.
const RIVALS: [&str; 3] = ["Bergson", "Calder", "Dovecot"];
/// What the shop calls itself.
const OWN: &str = "own";

/// A row of the wallet files: one brand in one wallet.
#[derive(Clone, Debug)]
pub(super) struct WalletAnswer {
    pub(super) customer: u32,
    pub(super) asked_at: Moment,
    pub(super) category: &'static str,
    pub(super) brand: &'static str,
    pub(super) is_own: bool,
    pub(super) rank: u32,
    /// In ten thousandths; none where ranks alone are given.
    pub(super) share: Option<u32>,
}

/// All answers, in order of time.
pub(super) fn tell(raw: &Raw) -> Vec<WalletAnswer> {
    let mut rows = Vec::new();
    for (number, customer) in (0..).zip(&raw.customers) {
        let draw = &mut Draw::stream(raw.setting.seed, STREAMS + u64::from(number));
        let asked_at = customer.signed_up_at + draw.whole(DAY, 180 * DAY);
        if draw.chance(ASKED) && asked_at < raw.setting.window.end() {
            rows.extend(wallet(draw, number, asked_at));
        }
    }
    rows.sort_by_key(|row| row.asked_at);
    rows
}

fn wallet(draw: &mut Draw, customer: u32, asked_at: Moment) -> Vec<WalletAnswer> {
    let shares = shares(draw);
    let ranks_alone = draw.chance(RANKS_ALONE);
    let rank = |share| 1 + shares.iter().filter(|other| **other > share).count();
    let brands = [OWN].into_iter().chain(RIVALS);
    let answer = |(brand, &share): (&'static str, &u32)| WalletAnswer {
        customer,
        asked_at,
        category: "household",
        brand,
        is_own: brand == OWN,
        rank: u32::try_from(rank(share)).unwrap_or(u32::MAX),
        share: (!ranks_alone).then_some(share),
    };
    brands.zip(&shares).map(answer).collect()
}

/// Shares in ten thousandths, the own one first, that add up to all.
fn shares(draw: &mut Draw) -> Vec<u32> {
    let shops = draw.weighted(&SHOPS);
    let own = nearest(10_000.0 * draw.beta(SHARE.0, SHARE.1)).clamp(1, 9_999);
    let mut shares = vec![if shops == 1 { 10_000 } else { own }];
    for rival in 2..=shops {
        let left = 10_000 - shares.iter().sum::<u32>();
        let part =
            if rival == shops { left } else { nearest(f64::from(left) * draw.between(0.3, 0.7)) };
        shares.push(part);
    }
    shares
}

/// Whose wallets are known.
#[derive(Debug, Default, Serialize)]
pub(super) struct Truth {
    /// Rows of the files.
    rows: u64,
    /// Customers who were asked.
    asked: u64,
    /// Customers by how many shops they use.
    shops: BTreeMap<u32, u64>,
    /// What the own share is on average: of those who use this shop alone it is 1.
    mean_share: f64,
}

impl Truth {
    pub(super) fn of(rows: &[WalletAnswer]) -> Self {
        let mean = SHARE.0 / (SHARE.0 + SHARE.1);
        let alone = SHOPS[0].1;
        let mut truth = Self { mean_share: alone + (1.0 - alone) * mean, ..Self::default() };
        for wallet in rows.chunk_by(|one, next| one.customer == next.customer) {
            truth.rows += wallet.len() as u64;
            truth.asked += 1;
            *truth.shops.entry(u32::try_from(wallet.len()).unwrap_or(u32::MAX)).or_default() += 1;
        }
        truth
    }
}
