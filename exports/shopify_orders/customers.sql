-- customers: whoever has ordered, in the country of the newest order.
select
    customer_id,
    min(ordered_at) as first_seen_at,
    cast(null as varchar) as segment,
    last_value(country order by ordered_at, order_id) as region,
    first_value(channel order by ordered_at, order_id) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from shopify_order
where customer_id is not null and ordered_at < $as_of
group by customer_id
