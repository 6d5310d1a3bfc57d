-- customer_cost: what each customer cost up to the end of the period, by kind.
select
    customer_id,
    cast(coalesce(sum(amount) filter (where kind = 'service'), 0) as decimal(18, 2)) as service_cost,
    cast(coalesce(sum(amount) filter (where kind = 'retention'), 0) as decimal(18, 2))
        as retention_cost,
    cast(coalesce(sum(amount) filter (where kind = 'acquisition'), 0) as decimal(18, 2))
        as acquisition_cost
from costs
where booked_at < $period_end and customer_id is not null
group by customer_id
