//! What the files of this folder look like: one a month of each kind.

use std::io::{self, Write as _};

use super::super::orders::{Buyer, Cell};
use super::super::products::Cents;
use super::super::raw::Raw;
use super::super::window::{Moment, Window};
use super::Value;
use super::contributions::{PartnerRevenue, Suggestion};
use super::costs::Cost;
use super::referrals::Referral;
use super::sessions::Session;
use super::wallet::WalletAnswer;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Sheet {
    Referrals,
    Costs,
    Suggestions,
    PartnerRevenues,
    Sessions,
    WalletAnswers,
}

impl Sheet {
    pub(in super::super) const ALL: [Self; 6] = [
        Self::Referrals,
        Self::Costs,
        Self::Suggestions,
        Self::PartnerRevenues,
        Self::Sessions,
        Self::WalletAnswers,
    ];

    pub(in super::super) fn folder(self) -> &'static str {
        match self {
            Self::Referrals => "referrals",
            Self::Costs => "costs",
            Self::Suggestions => "suggestions",
            Self::PartnerRevenues => "partner_revenues",
            Self::Sessions => "sessions",
            Self::WalletAnswers => "wallet_answers",
        }
    }

    pub(in super::super) fn header(self) -> &'static str {
        match self {
            Self::Referrals => {
                "referral_id,referrer_id,referred_id,referred_at,would_have_come,recorded_at"
            }
            Self::Costs => "cost_id,customer_id,booked_at,kind,amount",
            Self::Suggestions => "suggestion_id,customer_id,made_at,accepted_at,value,updated_at",
            Self::PartnerRevenues => "entry_id,partner,customer_id,booked_at,kind,amount",
            Self::Sessions => "session_id,customer_id,started_at,touch_point,order_id,is_bot",
            Self::WalletAnswers => {
                "answer_id,customer_id,asked_at,category,brand,is_own,rank,spend_share"
            }
        }
    }

    /// When each row is sent.
    pub(in super::super) fn moments(self, value: &Value) -> Vec<(Moment, usize)> {
        let moments: Vec<Moment> = match self {
            Self::Referrals => value.referrals.iter().map(|row| row.referred_at).collect(),
            Self::Costs => value.costs.iter().map(|row| row.booked_at).collect(),
            Self::Suggestions => value.suggestions.iter().map(Suggestion::sent_at).collect(),
            Self::PartnerRevenues => {
                value.partner_revenues.iter().map(|row| row.booked_at).collect()
            }
            Self::Sessions => value.sessions.iter().map(|row| row.started_at).collect(),
            Self::WalletAnswers => value.wallet_answers.iter().map(|row| row.asked_at).collect(),
        };
        moments.into_iter().enumerate().map(|(number, at)| (at, number)).collect()
    }

    /// Appends row number `number`.
    pub(in super::super) fn write(
        self,
        (raw, value): (&Raw, &Value),
        number: usize,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let window = &raw.setting.window;
        match self {
            Self::Referrals => write_referral(window, number, &value.referrals[number], out),
            Self::Costs => write_cost(window, number, &value.costs[number], out),
            Self::Suggestions => write_suggestion(window, &value.suggestions[number], out),
            Self::PartnerRevenues => {
                write_partner_revenue(window, number, &value.partner_revenues[number], out)
            }
            Self::Sessions => write_session(window, number, &value.sessions[number], out),
            Self::WalletAnswers => {
                write_wallet_answer(window, number, &value.wallet_answers[number], out)
            }
        }
    }
}

fn write_referral(
    window: &Window,
    number: usize,
    row: &Referral,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    write!(out, "R{:07},", number + 1)?;
    row.referrer.write(out)?;
    out.push(b',');
    row.referred.write(out)?;
    out.push(b',');
    match row.spoilt_date {
        Some(text) => write!(out, "{text}")?,
        None => window.write(row.referred_at, out)?,
    }
    out.push(b',');
    if let Some(answer) = row.answer {
        write!(out, "{answer}")?;
    }
    out.push(b',');
    window.write(row.referred_at, out)
}

fn write_cost(window: &Window, number: usize, row: &Cost, out: &mut Vec<u8>) -> io::Result<()> {
    write!(out, "B{:08},", number + 1)?;
    row.customer.write(out)?;
    out.push(b',');
    window.write(row.booked_at, out)?;
    write!(out, ",{},", row.kind)?;
    match row.amount {
        Cell::Value(cents) => write_money(cents, out),
        Cell::Rubbish(text) => write!(out, "{text}"),
    }
}

fn write_suggestion(window: &Window, row: &Suggestion, out: &mut Vec<u8>) -> io::Result<()> {
    write!(out, "I{:07},", row.number + 1)?;
    Buyer::Known(row.customer).write(out)?;
    out.push(b',');
    window.write(row.made_at, out)?;
    out.push(b',');
    if let Some((at, _)) = row.accepted {
        window.write(at, out)?;
    }
    out.push(b',');
    if let Some((_, value)) = row.accepted {
        write_money(value, out)?;
    }
    out.push(b',');
    window.write(row.sent_at(), out)
}

fn write_partner_revenue(
    window: &Window,
    number: usize,
    row: &PartnerRevenue,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let (partner, kind) = match row.customer {
        Some(_) => ("Elmhurst", "joint_sale"),
        None => ("Fernway", "market_access"),
    };
    write!(out, "V{:07},{partner},", number + 1)?;
    row.customer.map_or(Buyer::Missing, Buyer::Known).write(out)?;
    out.push(b',');
    window.write(row.booked_at, out)?;
    write!(out, ",{kind},")?;
    write_money(row.amount, out)
}

fn write_session(
    window: &Window,
    number: usize,
    row: &Session,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    write!(out, "T{:09},", number + 1)?;
    row.customer.write(out)?;
    out.push(b',');
    window.write(row.started_at, out)?;
    write!(out, ",{},", row.touch_point)?;
    if let Some(order) = row.order {
        write!(out, "O{:08}", order + 1)?;
    }
    write!(out, ",{}", row.is_bot)
}

fn write_wallet_answer(
    window: &Window,
    number: usize,
    row: &WalletAnswer,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    write!(out, "W{:08},", number + 1)?;
    Buyer::Known(row.customer).write(out)?;
    out.push(b',');
    window.write(row.asked_at, out)?;
    write!(out, ",{},{},{},{},", row.category, row.brand, row.is_own, row.rank)?;
    if let Some(share) = row.share {
        write!(out, "{}.{:04}", share / 10_000, share % 10_000)?;
    }
    Ok(())
}

fn write_money(cents: Cents, out: &mut Vec<u8>) -> io::Result<()> {
    write!(out, "{}.{:02}", cents / 100, cents % 100)
}
