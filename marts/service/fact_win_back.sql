-- fact_win_back: what campaigns to win back silent customers have changed, by those whom chance left alone.
--
-- Customers come back by themselves, so without controls nothing is known of a campaign. Everybody is compared where
-- chance put them, whether the contact was answered or not. Only customers count whose days to come back are over at the
-- end of the period; the others are pending. What those who have come back are worth is their second lifetime value
-- (Stauss and Friege 1999): as their customer lifetime value it is what is to come of them from then on.
with contacts as (
    select
        campaign_id,
        customer_id,
        not is_control as is_treated,
        treated_share,
        reason,
        is_reason_resolved,
        cast(contacted_at as date) as contact_day,
        cast($period_end - interval '1 microsecond' as date) - cast(contacted_at as date)
        >= $return_days as is_over
    from win_back_contacts
    where contacted_at < $period_end
),
purchases as (
    select
        contacts.campaign_id,
        contacts.customer_id,
        max(purchase.purchase_day) filter (where purchase.purchase_day < contacts.contact_day)
            as last_day,
        min(purchase.purchase_day) filter (where purchase.purchase_day > contacts.contact_day)
            as next_day,
        sum(purchase.spend) filter (
            where
                purchase.purchase_day > contacts.contact_day
                and purchase.purchase_day - contacts.contact_day <= $return_days
        ) as spend
    from contacts
    inner join customer_purchase_day as purchase on contacts.customer_id = purchase.customer_id
    group by contacts.campaign_id, contacts.customer_id
),
outcomes as (
    select
        contacts.*,
        contacts.contact_day - purchases.last_day as lag_days,
        purchases.next_day - contacts.contact_day as return_days,
        contacts.is_over
        and coalesce(purchases.next_day - contacts.contact_day <= $return_days, false)
            as is_returned,
        coalesce(purchases.spend, 0) as spend,
        equity.clv
    from contacts
    left join purchases
        on
            contacts.campaign_id = purchases.campaign_id
            and contacts.customer_id = purchases.customer_id
    left join fact_customer_equity as equity on contacts.customer_id = equity.customer_id
),
sums as (
    select
        campaign_id,
        count(*) filter (where is_treated and is_over) as treated,
        count(*) filter (where not is_treated and is_over) as controls,
        count(*) filter (where not is_over) as pending_customers,
        count(*) filter (where is_treated and is_returned) as treated_returned,
        count(*) filter (where not is_treated and is_returned) as controls_returned,
        sample_ratio_mismatch(is_treated, treated_share)['p_value'] as sample_ratio_p_value,
        median(lag_days) filter (where is_treated) as contact_lag_days,
        median(return_days) filter (where is_treated and is_returned) as return_lag_days,
        count(*) filter (where is_treated and is_reason_resolved) as reasons_resolved,
        count(is_reason_resolved) filter (where is_treated) as reasons_judged,
        sum(spend) filter (where is_treated and is_returned) as regained_spend,
        avg(cast(clv as double)) filter (where is_treated and is_returned)
            as second_lifetime_value
    from outcomes
    group by campaign_id
),
compared as (
    select
        *,
        two_proportions(treated_returned, treated, controls_returned, controls) as uplift
    from sums
)
select
    campaign_id,
    treated as treated_customers,
    controls as control_customers,
    pending_customers,
    sample_ratio_p_value,
    sample_ratio_p_value < 0.001 as is_sample_ratio_mismatch,
    cast(treated_returned as double) / nullif(treated, 0) as return_rate,
    wilson_lower(treated_returned, treated) as return_rate_lower,
    wilson_upper(treated_returned, treated) as return_rate_upper,
    treated_returned as return_rate_numerator,
    treated as return_rate_denominator,
    controls_returned as control_returned,
    uplift['share_other'] as control_return_rate,
    uplift['share_other_lower'] as control_return_rate_lower,
    uplift['share_other_upper'] as control_return_rate_upper,
    uplift['difference'] as uplift,
    uplift['lower'] as uplift_lower,
    uplift['upper'] as uplift_upper,
    uplift['p_value'] as uplift_p_value,
    cast(contact_lag_days as double) as contact_lag_days,
    cast(return_lag_days as double) as return_lag_days,
    cast(reasons_resolved as double) / nullif(reasons_judged, 0) as reason_resolved_rate,
    wilson_lower(reasons_resolved, reasons_judged) as reason_resolved_rate_lower,
    wilson_upper(reasons_resolved, reasons_judged) as reason_resolved_rate_upper,
    reasons_resolved as reason_resolved_rate_numerator,
    reasons_judged as reason_resolved_rate_denominator,
    cast(regained_spend as decimal(18, 2)) as regained_spend,
    cast(second_lifetime_value as decimal(18, 2)) as second_lifetime_value,
    cast(uplift['difference'] * treated * second_lifetime_value as decimal(18, 2))
        as incremental_value
from compared
