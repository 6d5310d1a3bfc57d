-- fact_target_decile: the profit of a contact by decile of customers, the highest scores first (Bult and
-- Wansbeek 1995; Radcliffe 2007).
--
-- The response of a decile is due to the contact only to the extent that its controls do not buy the same without it;
-- profit per contact is shown both ways. A contact pays if the margin of the additional sales is above its cost.
with deciles as (
    select
        promotion_id,
        decile,
        min(score) as lowest_score,
        max(treated_share) as treated_share,
        count(*) filter (where is_treated) as treated,
        count(*) filter (where not is_treated) as controls,
        count(*) filter (where is_treated and is_response) as treated_answers,
        count(*) filter (where not is_treated and is_response) as control_answers,
        avg(cast(spend as double)) filter (where is_treated) as spend,
        difference_in_means(cast(spend as double), is_treated) as added
    from target_contact
    group by promotion_id, decile
),
curves as (
    select
        *,
        sum(treated) over so_far as treated_so_far,
        sum(treated_answers) over so_far as answers_so_far,
        sum(treated) over (partition by promotion_id) as all_treated,
        sum(treated_answers) over (partition by promotion_id) as all_answers,
        two_proportions(treated_answers, treated, control_answers, controls) as uplift
    from deciles
    window so_far as (partition by promotion_id order by decile)
),
shares as (
    select
        *,
        case when treated_share is not null then added end as spend_uplift,
        cast(treated_answers as double) / nullif(treated, 0) as response_rate,
        cast(all_answers as double) / nullif(all_treated, 0) as mean_response_rate
    from curves
)
select
    promotion_id,
    decile,
    lowest_score,
    treated as treated_customers,
    controls as control_customers,
    response_rate,
    wilson_lower(treated_answers, treated) as response_rate_lower,
    wilson_upper(treated_answers, treated) as response_rate_upper,
    treated_answers as response_rate_numerator,
    treated as response_rate_denominator,
    response_rate / nullif(mean_response_rate, 0) as lift,
    cast(treated_so_far as double) / nullif(all_treated, 0) as cumulative_contacts,
    cast(answers_so_far as double) / nullif(all_answers, 0) as cumulative_gain,
    control_answers,
    case when treated_share is not null then uplift['difference'] end as uplift,
    case when treated_share is not null then uplift['lower'] end as uplift_lower,
    case when treated_share is not null then uplift['upper'] end as uplift_upper,
    spend_uplift['difference'] as spend_uplift,
    spend_uplift['lower'] as spend_uplift_lower,
    spend_uplift['upper'] as spend_uplift_upper,
    $margin_rate * spend - $contact_cost as profit_per_contact,
    $margin_rate * spend_uplift['difference'] - $contact_cost as incremental_profit_per_contact,
    $margin_rate * spend_uplift['lower'] - $contact_cost as incremental_profit_per_contact_lower,
    $margin_rate * spend_uplift['upper'] - $contact_cost as incremental_profit_per_contact_upper,
    $margin_rate * spend_uplift['difference'] > $contact_cost as is_worth_contacting
from shares
