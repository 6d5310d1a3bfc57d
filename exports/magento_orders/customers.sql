-- customers: whoever has ordered, in the group of the newest order.
select
    lower(trim(email)) as customer_id,
    min(ordered_at) as first_seen_at,
    last_value(customer_group order by ordered_at, order_id) as segment,
    cast(null as varchar) as region,
    cast(null as varchar) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from raw_magento_orders
where nullif(trim(email), '') is not null
group by lower(trim(email))
