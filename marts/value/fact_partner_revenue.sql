-- fact_partner_revenue: what customers are worth to others, by kind.
select
    kind,
    count(distinct partner) as partners,
    count(distinct customer_id) as customers,
    count(*) filter (where booked_at >= $period_start) as entries,
    cast(
        coalesce(sum(amount) filter (where booked_at >= $period_start), 0) as decimal(18, 2)
    ) as revenue,
    cast(sum(amount) as decimal(18, 2)) as revenue_so_far
from partner_revenues
where booked_at < $period_end
group by kind
