//! What customers are worth: contracts, lifetime value without a fit, kinds of value.

use std::sync::LazyLock;

use super::document::Function;
use super::family::Definition;

mod lifetime;
mod renewal;

mod renewal_del;
mod renewal_derl;
mod renewal_fit;
mod renewal_retention;
mod renewal_survival;

mod berger_nasr_clv;
mod blattberg_deighton_acquisition_spending;
mod blattberg_deighton_customer_equity;
mod blattberg_deighton_rate;
mod blattberg_deighton_responsiveness;
mod blattberg_deighton_retention_spending;
mod customer_engagement_value;
mod growth_value;
mod knowledge_value;
mod margin_multiple;
mod margin_multiple_with_first;
mod margin_multiple_with_growth;
mod payback_periods;
mod pfeifer_carraway_value;
mod referral_value;
mod retention_elasticity;
mod return_on_marketing;
mod rlz_clv;
mod rlz_switching;
mod stationary_shares;

/// What is asked of every model of contracts.
const QUESTIONS: [fn() -> Vec<Definition>; 5] = [
    renewal_del::all,
    renewal_derl::all,
    renewal_fit::all,
    renewal_retention::all,
    renewal_survival::all,
];

/// The answers of every model.
static ANSWERS: LazyLock<Vec<Definition>> =
    LazyLock::new(|| QUESTIONS.iter().flat_map(|question| question()).collect());

/// The functions of this family.
pub(super) fn all() -> Vec<Function> {
    ANSWERS.iter().map(|answer| answer()).chain(single()).collect()
}

/// Those that are one function each.
fn single() -> Vec<Function> {
    vec![
        (&berger_nasr_clv::FUNCTION).into(),
        (&blattberg_deighton_acquisition_spending::FUNCTION).into(),
        (&blattberg_deighton_customer_equity::FUNCTION).into(),
        (&blattberg_deighton_rate::FUNCTION).into(),
        (&blattberg_deighton_responsiveness::FUNCTION).into(),
        (&blattberg_deighton_retention_spending::FUNCTION).into(),
        (&customer_engagement_value::FUNCTION).into(),
        (&growth_value::FUNCTION).into(),
        (&knowledge_value::FUNCTION).into(),
        (&margin_multiple::FUNCTION).into(),
        (&margin_multiple_with_first::FUNCTION).into(),
        (&margin_multiple_with_growth::FUNCTION).into(),
        (&payback_periods::FUNCTION).into(),
        (&pfeifer_carraway_value::FUNCTION).into(),
        (&referral_value::FUNCTION).into(),
        (&retention_elasticity::FUNCTION).into(),
        (&return_on_marketing::FUNCTION).into(),
        (&rlz_clv::FUNCTION).into(),
        (&rlz_switching::FUNCTION).into(),
        (&stationary_shares::FUNCTION).into(),
    ]
}
