-- fact_target_selection: how well the score predicts whom a promotion affects, and the value of a selection by it.
--
-- The Qini area is over spend: above 0 if the effect is larger for those with high scores (Radcliffe 2007).
with curves as (
    select
        promotion_id,
        max(treated_share) as treated_share,
        sample_ratio_mismatch(is_treated, treated_share)['p_value'] as sample_ratio_p_value,
        qini(score, cast(spend as double), is_treated) as areas,
        difference_in_means(cast(spend as double), is_treated) as difference,
        count(*) filter (where is_treated) as treated,
        count(*) filter (where not is_treated) as controls
    from target_contact
    group by promotion_id
),
dealt as (
    select
        *,
        case when treated_share is not null then areas end as curve,
        case when treated_share is not null then difference end as added
    from curves
),
choices as (
    select
        promotion_id,
        sum(treated_customers + control_customers) filter (where is_worth_contacting) as customers,
        sum((treated_customers + control_customers) * incremental_profit_per_contact)
            filter (where is_worth_contacting) as profit
    from fact_target_decile
    group by promotion_id
)
select
    dealt.promotion_id,
    dealt.treated as treated_customers,
    dealt.controls as control_customers,
    dealt.sample_ratio_p_value,
    dealt.sample_ratio_p_value < 0.001 as is_sample_ratio_mismatch,
    dealt.added['difference'] as spend_uplift,
    dealt.added['lower'] as spend_uplift_lower,
    dealt.added['upper'] as spend_uplift_upper,
    dealt.added['p_value'] as spend_uplift_p_value,
    $margin_rate * dealt.added['difference'] - $contact_cost as profit_per_contact,
    dealt.curve['qini'] as qini,
    dealt.curve['qini_lower'] as qini_lower,
    dealt.curve['qini_upper'] as qini_upper,
    dealt.curve['auuc'] as auuc,
    dealt.curve['auuc_random'] as auuc_random,
    case when dealt.added['difference'] is not null then coalesce(choices.customers, 0) end
        as selected_customers,
    case when dealt.added['difference'] is not null then coalesce(choices.profit, 0.0) end
        as selected_profit,
    ($margin_rate * dealt.added['difference'] - $contact_cost) * (dealt.treated + dealt.controls)
        as profit_of_all,
    dealt.areas['flags'] as flags
from dealt
inner join choices on dealt.promotion_id = choices.promotion_id
