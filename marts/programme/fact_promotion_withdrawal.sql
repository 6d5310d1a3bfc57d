-- fact_promotion_withdrawal: whether customers leave with a promotion: what changes when it ends, against those from whom
-- chance had held it back (Neslin 2002).
--
-- The days before its last day are compared with as many days after it, in the treated and in the controls
-- (difference in differences). A customer is one change, so that what days of one customer share widens the
-- interval. Who met the promotion too late to have had it for all of these days, or another one that began or
-- ended in them, would mix the ends of two and is left out.
with arms as (
    select
        *,
        least($withdrawal_days, ends_on - starts_on) as window_days
    from promotion_contact
    where ends_on > starts_on
),
watched as (
    select
        promotion_id,
        customer_id,
        is_treated,
        treated_share,
        ends_on,
        window_days,
        exposed_on <= ends_on - cast(window_days as int) as is_in_time,
        cast($period_end - interval '1 microsecond' as date) - ends_on >= window_days as is_over
    from arms
),
overlaps as (
    select distinct
        watched.promotion_id,
        watched.customer_id
    from watched
    inner join promotion_contact as other on watched.customer_id = other.customer_id
    where
        watched.promotion_id <> other.promotion_id
        and other.is_treated
        and (
            abs(other.exposed_on - watched.ends_on) < watched.window_days
            or abs(other.ends_on - watched.ends_on) < watched.window_days
        )
),
spends as (
    select
        watched.promotion_id,
        watched.customer_id,
        sum(purchase.spend) filter (where purchase.purchase_day <= watched.ends_on) as spend_before,
        sum(purchase.spend) filter (where purchase.purchase_day > watched.ends_on) as spend_after
    from watched
    inner join customer_purchase_day as purchase on watched.customer_id = purchase.customer_id
    where
        purchase.purchase_day - watched.ends_on > -watched.window_days
        and purchase.purchase_day - watched.ends_on <= watched.window_days
    group by watched.promotion_id, watched.customer_id
),
customers as (
    select
        watched.*,
        overlaps.customer_id is not null as is_overlapping,
        watched.is_over and watched.is_in_time and overlaps.customer_id is null as is_compared,
        cast(coalesce(spends.spend_before, 0) as double) as spend_before,
        cast(coalesce(spends.spend_after, 0) as double) as spend_after,
        cast(spends.spend_before is not null as int) as bought_before,
        cast(spends.spend_after is not null as int) as bought_after
    from watched
    left join overlaps
        on
            watched.promotion_id = overlaps.promotion_id
            and watched.customer_id = overlaps.customer_id
    left join spends
        on
            watched.promotion_id = spends.promotion_id
            and watched.customer_id = spends.customer_id
),
estimates as (
    select
        promotion_id,
        max(window_days) as window_days,
        max(ends_on) as ends_on,
        max(treated_share) as treated_share,
        sample_ratio_mismatch(is_treated, treated_share)['p_value'] as sample_ratio_p_value,
        count(*) filter (where is_compared and is_treated) as treated_customers,
        count(*) filter (where is_compared and not is_treated) as control_customers,
        count(*) filter (where not is_over) as pending_customers,
        count(*) filter (where is_over and not is_in_time) as late_customers,
        count(*) filter (where is_over and is_in_time and is_overlapping) as overlapping_customers,
        difference_in_differences(spend_before, spend_after, is_treated) filter (where is_compared)
            as spend,
        difference_in_differences(bought_before, bought_after, is_treated) filter (where is_compared)
            as purchase
    from customers
    group by promotion_id
)
select
    promotion_id,
    ends_on,
    cast(window_days as bigint) as window_days,
    treated_customers,
    control_customers,
    pending_customers,
    late_customers,
    overlapping_customers,
    sample_ratio_p_value,
    sample_ratio_p_value < 0.001 as is_sample_ratio_mismatch,
    spend['mean_treated'] as treated_spend_change,
    spend['mean_control'] as control_spend_change,
    case when treated_share is not null then spend['difference'] end as promo_exit_effect,
    case when treated_share is not null then spend['lower'] end as promo_exit_effect_lower,
    case when treated_share is not null then spend['upper'] end as promo_exit_effect_upper,
    case when treated_share is not null then spend['p_value'] end as promo_exit_effect_p_value,
    case when treated_share is not null then purchase['difference'] end as purchase_exit_effect,
    case when treated_share is not null then purchase['lower'] end as purchase_exit_effect_lower,
    case when treated_share is not null then purchase['upper'] end as purchase_exit_effect_upper,
    case when treated_share is not null then purchase['p_value'] end as purchase_exit_effect_p_value,
    spend['flags'] as flags
from estimates
