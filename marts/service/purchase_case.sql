-- purchase_case: every purchase day up to the end of the period, and whether the customer came back from it in time.
--
-- If the days for that are not over, the case is censored at the end of the period. An incident or complaint is known
-- from the day it was reported, so the end of the period decides which exist.
with complained_days as (
    select
        customer_id,
        purchase_day,
        bool_or(is_quality_incident) as is_incident
    from fact_complaint
    where opened_at < $period_end
    group by customer_id, purchase_day
),
first_incidents as (
    select
        customer_id,
        min(purchase_day) as incident_day
    from complained_days
    where is_incident
    group by customer_id
)
select
    purchase.customer_id,
    purchase.purchase_day,
    purchase.frequency_class,
    purchase.gap_class,
    first_incident.incident_day,
    complained.customer_id is not null as has_complaint,
    least(
        coalesce(purchase.next_purchase_day - purchase.purchase_day, $return_days),
        cast($period_end - interval '1 microsecond' as date) - purchase.purchase_day,
        $return_days
    ) as return_days,
    coalesce(
        purchase.next_purchase_day - purchase.purchase_day <= $return_days
        and purchase.next_purchase_day
        <= cast($period_end - interval '1 microsecond' as date),
        false
    ) as is_returned
from purchase_return as purchase
left join complained_days as complained
    on
        purchase.customer_id = complained.customer_id
        and purchase.purchase_day = complained.purchase_day
left join first_incidents as first_incident
    on purchase.customer_id = first_incident.customer_id
where purchase.purchase_day <= cast($period_end - interval '1 microsecond' as date)
