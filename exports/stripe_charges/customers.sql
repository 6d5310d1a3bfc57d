-- customers: whoever has paid.
select
    customer_id,
    min(ordered_at) as first_seen_at,
    cast(null as varchar) as segment,
    cast(null as varchar) as region,
    cast(null as varchar) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from orders
where customer_id is not null
group by customer_id
