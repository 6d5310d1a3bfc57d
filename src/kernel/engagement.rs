//! Four kinds of value that a customer has: purchases, referrals, additional
//! purchases, and suggestions.
//!
//! All are amounts of contribution in one currency, worth of today. Each is
//! defined so that the others do not include it.
//!
//! | kind       | holds                                                                    |
//! |------------|--------------------------------------------------------------------------|
//! | lifetime   | margin of purchases like those so far, from any of the lifetime models   |
//! | referral   | margin of those who would not have come without the referral, and the    |
//! |            | cost of acquiring that it saved, discounted from the day they came       |
//! | growth     | margin of what the customer is expected to buy more than that, for as    |
//! |            | long as he stays                                                         |
//! | knowledge  | what the suggestions that were taken up are worth                        |
//!
//! The margin of a referred customer is also that customer's own lifetime value:
//! right for asking what one referrer is worth, counted twice in a sum over all.
//!
//! Sources: Kumar, Aksoy, Donkers, Venkatesan, Wiesel and Tillmanns (2010),
//! "Undervalued or Overvalued Customers: Capturing Total Customer Engagement
//! Value", Journal of Service Research 13(3), 297–310; the two types of
//! referral, Kumar, Petersen and Leone (2010), "Driving Profitability by
//! Encouraging Customer Referrals", Journal of Marketing 74(5), 1–17.

use super::amount::ensure_amount;
use super::domain::{OutOfDomain, ensure, ensure_not_negative, ensure_whole};
use super::retention::{Periods, Stream};

/// What a referral brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Referral {
    /// A customer who would not have come: the margin counts (type 1).
    New {
        /// Of the referred customer, as of the day he came; what the referral
        /// was rewarded with is already taken off.
        margin: f64,
    },
    /// A customer who would have come anyway: no margin counts (type 2).
    Anyway,
}

impl Referral {
    /// The kind of a referral, by whether the referred customer would have come
    /// anyway (1) or not (0). `None` where the margin counts and is unknown.
    ///
    /// # Errors
    /// `would_have_come` is neither 0 nor 1.
    pub fn new(margin: Option<f64>, would_have_come: f64) -> Result<Option<Self>, OutOfDomain> {
        let anyway = would_have_come > 0.5;
        let known = would_have_come.total_cmp(&f64::from(u8::from(anyway))).is_eq();
        ensure(known, "would_have_come", "0 or 1", would_have_come)?;
        Ok(if anyway { Some(Self::Anyway) } else { margin.map(|margin| Self::New { margin }) })
    }
}

/// The value of one referral today; `years` are left until the referred customer
/// comes, 0 where he is there.
///
/// # Errors
/// An amount is not finite, `years` or `discount_rate` is negative.
pub fn referral(
    referral: Referral,
    acquisition_cost_saved: f64,
    years: f64,
    discount_rate: f64,
) -> Result<f64, OutOfDomain> {
    let margin = match referral {
        Referral::New { margin } => margin,
        Referral::Anyway => 0.0,
    };
    ensure_amount("margin", margin)?;
    ensure_not_negative("acquisition_cost_saved", acquisition_cost_saved)?;
    ensure_not_negative("years", years)?;
    ensure_not_negative("discount_rate", discount_rate)?;
    Ok((margin + acquisition_cost_saved) * (-years * discount_rate.ln_1p()).exp())
}

/// The value of a lasting change of spending: its margin at the end of each of
/// the coming periods, while the customer stays.
///
/// # Errors
/// `spend_change` or `margin_rate` is not finite.
pub fn growth(
    spend_change: f64,
    margin_rate: f64,
    stream: Stream,
    periods: Periods,
) -> Result<f64, OutOfDomain> {
    ensure_amount("spend_change", spend_change)?;
    ensure_amount("margin_rate", margin_rate)?;
    Ok(spend_change * margin_rate * stream.in_arrears(periods))
}

/// The value of suggestions that were taken up.
///
/// # Errors
/// `accepted_suggestions` is not a whole number, or the value of one not finite.
pub fn knowledge(accepted_suggestions: f64, value_per_suggestion: f64) -> Result<f64, OutOfDomain> {
    ensure_whole("accepted_suggestions", accepted_suggestions)?;
    ensure_amount("accepted_suggestions", accepted_suggestions)?;
    ensure_amount("value_per_suggestion", value_per_suggestion)?;
    Ok(accepted_suggestions * value_per_suggestion)
}

/// The four kinds together, less what is in more than one of them.
///
/// # Errors
/// An amount is not finite.
pub fn total(
    lifetime_value: f64,
    referral_value: f64,
    growth_value: f64,
    knowledge_value: f64,
    counted_twice: f64,
) -> Result<f64, OutOfDomain> {
    for (name, amount) in [
        ("lifetime_value", lifetime_value),
        ("referral_value", referral_value),
        ("growth_value", growth_value),
        ("knowledge_value", knowledge_value),
        ("counted_twice", counted_twice),
    ] {
        ensure_amount(name, amount)?;
    }
    Ok(lifetime_value + referral_value + growth_value + knowledge_value - counted_twice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: Result<f64, OutOfDomain>, want: f64) {
        let got = got.expect("in domain");
        assert!((got - want).abs() < 1e-12, "got {got}, want {want}");
    }

    #[test]
    fn only_those_who_would_not_have_come_bring_their_margin() {
        near(referral(Referral::New { margin: 100.0 }, 21.0, 2.0, 0.1), 100.0);
        near(referral(Referral::Anyway, 24.2, 2.0, 0.1), 20.0);
        near(referral(Referral::New { margin: 100.0 }, 21.0, 0.0, 0.1), 121.0);
        near(referral(Referral::New { margin: -30.0 }, 20.0, 0.0, 0.1), -10.0);
    }

    #[test]
    fn growth_lasts_as_long_as_the_customer() {
        let five = Periods::new(5.0).expect("in domain");
        let stream = |r, i| Stream::new(r, i).expect("in domain");
        near(growth(200.0, 0.3, stream(1.0, 0.0), five), 300.0);
        near(growth(200.0, 0.3, stream(0.0, 0.1), five), 0.0);
        let q: f64 = 0.8 / 1.1;
        let want = 60.0 * (1..=5).map(|t| q.powi(t)).sum::<f64>();
        near(growth(200.0, 0.3, stream(0.8, 0.1), five), want);
        near(growth(-200.0, 0.3, stream(0.8, 0.1), five), -want);
    }

    #[test]
    fn the_total_leaves_out_what_is_counted_twice() {
        near(knowledge(3.0, 40.0), 120.0);
        near(total(500.0, 121.0, 90.0, 120.0, 0.0), 831.0);
        near(total(500.0, 121.0, 90.0, 120.0, 100.0), 731.0);
    }

    #[test]
    fn a_mistake_names_the_argument_and_the_rule() {
        let error = knowledge(1.5, 40.0).expect_err("half a suggestion");
        assert_eq!(
            error.to_string(),
            "`accepted_suggestions` must be a whole number >= 0, got 1.5"
        );
        let error = referral(Referral::Anyway, -1.0, 0.0, 0.1).expect_err("a cost");
        assert_eq!(error.to_string(), "`acquisition_cost_saved` must be finite and >= 0, got -1");
        let error = total(1.0, f64::NAN, 0.0, 0.0, 0.0).expect_err("no number");
        assert_eq!(error.to_string(), "`referral_value` must be between -1e60 and 1e60, got NaN");
    }
}
