-- customers: whoever has ordered, by name.
select
    lower(trim(customer)) as customer_id,
    min(ordered_at) as first_seen_at,
    cast(null as varchar) as segment,
    cast(null as varchar) as region,
    first_value(attribution order by ordered_at, order_id) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from raw_woocommerce_orders
where nullif(trim(customer), '') is not null
group by lower(trim(customer))
