-- customers: whoever has ordered, in the state of the newest order.
select
    people.customer_unique_id as customer_id,
    min(orders.order_purchase_timestamp) as first_seen_at,
    cast(null as varchar) as segment,
    last_value(people.customer_state order by orders.order_purchase_timestamp, orders.order_id)
        as region,
    cast(null as varchar) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from raw_olist_customers as people
inner join raw_olist_orders as orders on people.customer_id = orders.customer_id
group by people.customer_unique_id
