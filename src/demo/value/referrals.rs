//! Referrals.
//!
//! Every customer who is referred according to the register was referred by one who had signed
//! up before, with equal probabilities, so that referrals form chains. Some of the referred would
//! have come anyway; a random part are asked, and say so. Of every forty referrals one has an
//! additional row of a self-referral, one a row in the opposite direction, and one a row of another
//! customer who claims it half a minute later.

use serde::Serialize;

use super::super::dirt;
use super::super::draw::Draw;
use super::super::orders::Buyer;
use super::super::raw::Raw;
use super::super::window::{DAY, Moment};

/// Streams of referrals, one for each referred customer.
const STREAMS: u64 = 16 << 32;
/// The chance that a referred customer would have come anyway.
const WOULD_HAVE_COME: f64 = 0.35;
/// The chance that a referred customer is asked.
const ASKED: f64 = 0.6;
/// Of so many referrals one is followed by each kind of row that cannot count.
const EVERY: usize = 40;
/// Rows with an invalid date, and of an unknown referrer; per referral.
const SPOILT: f64 = 0.005;

/// A row of the referral files.
#[derive(Clone, Debug)]
pub(super) struct Referral {
    pub(super) referrer: Buyer,
    pub(super) referred: Buyer,
    pub(super) referred_at: Moment,
    pub(super) spoilt_date: Option<&'static str>,
    /// What the referred said, where asked.
    pub(super) answer: Option<bool>,
    kind: Kind,
}

/// Whether a row counts, and if not, what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The referred would have come anyway, or not.
    Genuine(bool),
    OneSelf,
    Backwards,
    SecondClaim,
    Spoilt,
}

/// All rows, in order of time.
pub(super) fn tell(raw: &Raw) -> Vec<Referral> {
    let mut by_time: Vec<u32> = (0..u32::MAX).take(raw.customers.len()).collect();
    let signed_up_at = |number: &u32| raw.customers[*number as usize].signed_up_at;
    by_time.sort_by_key(signed_up_at);
    let mut rows = Vec::new();
    let mut referrals = 0;
    for &number in &by_time {
        let at = signed_up_at(&number);
        let before = &by_time[..by_time.partition_point(|other| signed_up_at(other) < at)];
        let is_referred = raw.customers[number as usize].acquisition_channel == "referral";
        if is_referred && !before.is_empty() {
            let draw = &mut Draw::stream(raw.setting.seed, STREAMS + u64::from(number));
            let referral = Referral::draw(draw, before, number, at);
            rows.extend(referral.too_many(draw, raw, before, referrals));
            rows.push(referral);
            referrals += 1;
        }
    }
    rows.sort_by_key(|row| row.referred_at);
    rows
}

impl Referral {
    fn draw(draw: &mut Draw, before: &[u32], referred: u32, referred_at: Moment) -> Self {
        let would_have_come = draw.chance(WOULD_HAVE_COME);
        Self {
            referrer: Buyer::Known(draw.pick(before)),
            referred: Buyer::Known(referred),
            referred_at,
            spoilt_date: None,
            answer: draw.chance(ASKED).then_some(would_have_come),
            kind: Kind::Genuine(would_have_come),
        }
    }

    /// The rows that come with it and cannot count.
    fn too_many(&self, draw: &mut Draw, raw: &Raw, before: &[u32], referrals: usize) -> Vec<Self> {
        let at = |wait| raw.setting.window.clip(self.referred_at + wait);
        let other = Self { answer: None, ..self.clone() };
        let mut rows = Vec::new();
        if draw.chance(SPOILT) {
            let spoilt_date = Some(dirt::no_date(draw));
            rows.push(Self { spoilt_date, kind: Kind::Spoilt, ..other.clone() });
        }
        if draw.chance(SPOILT) {
            rows.push(Self { referrer: dirt::unknown(draw), kind: Kind::Spoilt, ..other.clone() });
        }
        let claimant = Buyer::Known(draw.pick(before));
        match referrals % EVERY {
            0 => rows.push(Self { referrer: self.referred, kind: Kind::OneSelf, ..other }),
            1 => rows.push(Self {
                referrer: self.referred,
                referred: self.referrer,
                referred_at: at(DAY),
                kind: Kind::Backwards,
                ..other
            }),
            2 if claimant != self.referrer => rows.push(Self {
                referrer: claimant,
                referred_at: at(30),
                kind: Kind::SecondClaim,
                ..other
            }),
            _ => {}
        }
        rows
    }
}

/// What became of the referrals.
#[derive(Debug, Default, Serialize)]
pub(super) struct Truth {
    /// Rows of the files.
    rows: u64,
    /// Customers whom another customer brought.
    referred: u64,
    /// Those of them who would have come anyway.
    would_have_come: u64,
    /// Those who were asked.
    asked: u64,
    self_referrals: u64,
    loops: u64,
    second_claims: u64,
    /// Rows with an invalid date or an unknown referrer.
    spoilt: u64,
    /// How many brought each other, one after the other, in the longest chain.
    longest_chain: u64,
}

impl Truth {
    pub(super) fn of(raw: &Raw, rows: &[Referral]) -> Self {
        let mut truth = Self::default();
        let mut depths = vec![0; raw.customers.len()];
        for row in rows {
            truth.rows += 1;
            *match row.kind {
                Kind::Genuine(_) => &mut truth.referred,
                Kind::OneSelf => &mut truth.self_referrals,
                Kind::Backwards => &mut truth.loops,
                Kind::SecondClaim => &mut truth.second_claims,
                Kind::Spoilt => &mut truth.spoilt,
            } += 1;
            if let Kind::Genuine(would_have_come) = row.kind {
                truth.would_have_come += u64::from(would_have_come);
                truth.asked += u64::from(row.answer.is_some());
                truth.longest_chain = truth.longest_chain.max(row.lengthen(&mut depths));
            }
        }
        truth
    }
}

impl Referral {
    /// The length of the chain that ends with this referral; referrers were referred before.
    fn lengthen(&self, depths: &mut [u64]) -> u64 {
        let (Buyer::Known(referrer), Buyer::Known(referred)) = (self.referrer, self.referred)
        else {
            return 0;
        };
        depths[referred as usize] = depths[referrer as usize] + 1;
        depths[referred as usize]
    }
}
