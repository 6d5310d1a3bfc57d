-- fact_programme_effect: the effect of a programme, by comparison with a random control group.
--
-- Customers are compared by assigned arm, whether or not they took up or left the programme (intention to
-- treat), so that the arms differ only by the programme. CUPED removes the part predicted by spend before joining,
-- which has the same expectation in both arms; it makes the estimate more precise without bias (Deng et al. 2013).
-- For a programme without controls the effect is unknown: members who chose it differ from others anyway.
with arms as (
    select
        membership.programme_id,
        not membership.is_control as is_treated,
        membership.is_crossed_over,
        enrolment.treated_share,
        membership.spend_after,
        cast(membership.spend_after as double) as spend,
        cast(membership.spend_before as double) as covariate,
        cast(membership.purchase_days_after as double) as purchase_days
    from fact_membership as membership
    inner join programme_enrolment as enrolment
        on
            membership.programme_id = enrolment.programme_id
            and membership.customer_id = enrolment.customer_id
),
estimates as (
    select
        programme_id,
        count(*) filter (where is_treated) as treated_customers,
        count(*) filter (where not is_treated) as control_customers,
        count(*) filter (where is_crossed_over) as crossed_over_customers,
        sum(spend_after) filter (where is_treated) as treated_spend,
        sum(spend_after) filter (where not is_treated) as control_spend,
        sample_ratio_mismatch(is_treated, treated_share) as ratio,
        difference_in_means(spend, is_treated) as raw,
        cuped(spend, covariate, is_treated) as adjusted,
        difference_in_means(purchase_days, is_treated) as days
    from arms
    group by programme_id
)
select
    programme_id,
    treated_customers,
    control_customers,
    crossed_over_customers,
    ratio['value'] as treated_share,
    ratio['p_value'] as sample_ratio_p_value,
    ratio['p_value'] < 0.001 as is_sample_ratio_mismatch,
    cast(treated_spend as decimal(18, 2)) as treated_spend,
    cast(control_spend as decimal(18, 2)) as control_spend,
    raw['mean_treated'] as treated_spend_per_customer,
    raw['mean_control'] as control_spend_per_customer,
    raw['difference'] as spend_difference,
    raw['lower'] as spend_difference_lower,
    raw['upper'] as spend_difference_upper,
    raw['p_value'] as spend_difference_p_value,
    adjusted['difference'] as spend_effect,
    adjusted['lower'] as spend_effect_lower,
    adjusted['upper'] as spend_effect_upper,
    adjusted['standard_error'] as spend_effect_standard_error,
    adjusted['p_value'] as spend_effect_p_value,
    case when control_customers > 0 then adjusted['variance_reduction'] end as variance_reduction,
    adjusted['flags'] as flags,
    days['mean_treated'] as treated_purchase_days_per_customer,
    days['mean_control'] as control_purchase_days_per_customer,
    days['difference'] as purchase_days_effect,
    days['lower'] as purchase_days_effect_lower,
    days['upper'] as purchase_days_effect_upper,
    days['p_value'] as purchase_days_effect_p_value,
    cast(adjusted['difference'] * treated_customers as decimal(18, 2)) as incremental_spend,
    cast($margin_rate * adjusted['difference'] * treated_customers as decimal(18, 2))
        as incremental_margin,
    cast($margin_rate * adjusted['lower'] * treated_customers as decimal(18, 2))
        as incremental_margin_lower,
    cast($margin_rate * adjusted['upper'] * treated_customers as decimal(18, 2))
        as incremental_margin_upper
from estimates
