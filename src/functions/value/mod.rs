//! What customers are worth: contracts, lifetime value without a fit, kinds of value.

use super::document::Function;

mod lifetime;
mod renewal;

mod bdw_del;
mod bdw_derl;
mod bdw_fit;
mod bdw_retention;
mod bdw_survival;
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
mod sbg_del;
mod sbg_derl;
mod sbg_fit;
mod sbg_retention;
mod sbg_survival;
mod stationary_shares;

/// The functions of this family.
pub(super) fn all() -> Vec<Function> {
    vec![
        (&bdw_del::FUNCTION).into(),
        (&bdw_derl::FUNCTION).into(),
        (&bdw_fit::FUNCTION).into(),
        (&bdw_retention::FUNCTION).into(),
        (&bdw_survival::FUNCTION).into(),
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
        (&sbg_del::FUNCTION).into(),
        (&sbg_derl::FUNCTION).into(),
        (&sbg_fit::FUNCTION).into(),
        (&sbg_retention::FUNCTION).into(),
        (&sbg_survival::FUNCTION).into(),
        (&stationary_shares::FUNCTION).into(),
    ]
}
