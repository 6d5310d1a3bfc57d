-- programme_outcome: what those enrolled in a programme bought before and after joining.
--
-- The day of joining belongs to neither: a purchase of that day may be the reason to join. Who
-- bought nothing spent nothing, and that is known.
with days as (
    select
        enrolment.programme_id,
        enrolment.customer_id,
        purchase.spend,
        purchase.purchase_day - cast(enrolment.joined_at as date) as days_since_joining
    from programme_enrolment as enrolment
    inner join customer_purchase_day as purchase
        on enrolment.customer_id = purchase.customer_id
    where purchase.purchase_day <= cast($period_end - interval '1 microsecond' as date)
),
bought as (
    select
        programme_id,
        customer_id,
        sum(spend) filter (
            where days_since_joining < 0 and days_since_joining >= -$covariate_days
        ) as spend_before,
        sum(spend) filter (where days_since_joining > 0) as spend_after,
        count(*) filter (where days_since_joining > 0) as purchase_days_after
    from days
    group by programme_id, customer_id
)
select
    enrolment.programme_id,
    enrolment.customer_id,
    cast(coalesce(bought.spend_before, 0) as decimal(18, 2)) as spend_before,
    cast(coalesce(bought.spend_after, 0) as decimal(18, 2)) as spend_after,
    coalesce(bought.purchase_days_after, 0) as purchase_days_after
from programme_enrolment as enrolment
left join bought
    on
        enrolment.programme_id = bought.programme_id
        and enrolment.customer_id = bought.customer_id
