-- programme_account: one row per programme and customer, enrolled and with an entry of points before
-- the end of the period. Where the value of one entry is unknown, so are all sums it belongs to.
with entries as (
    select
        enrolment.programme_id,
        enrolment.customer_id,
        entry.kind,
        entry.points,
        entry.value,
        entry.booked_at >= $period_start as is_in_period
    from programme_enrolment as enrolment
    inner join point_entries as entry
        on
            enrolment.programme_id = entry.programme_id
            and enrolment.customer_id = entry.customer_id
    where entry.booked_at < $period_end
)
select
    programme_id,
    customer_id,
    coalesce(sum(points) filter (where kind = 'issued'), 0) as issued,
    coalesce(sum(points) filter (where kind = 'redeemed'), 0) as redeemed,
    coalesce(sum(points) filter (where kind = 'expired'), 0) as expired,
    coalesce(sum(points) filter (where kind = 'issued' and is_in_period), 0) as issued_in_period,
    coalesce(sum(points) filter (where kind = 'redeemed' and is_in_period), 0)
        as redeemed_in_period,
    coalesce(sum(points) filter (where kind = 'expired' and is_in_period), 0)
        as expired_in_period,
    case
        when count(value) = count(*)
            then cast(sum(case when kind = 'issued' then value else -value end) as decimal(18, 2))
    end as balance_value,
    case
        when count(*) filter (where kind = 'redeemed' and value is null) = 0
            then
                cast(
                    coalesce(sum(value) filter (where kind = 'redeemed'), 0) as decimal(18, 2)
                )
    end as redeemed_value
from entries
group by programme_id, customer_id
