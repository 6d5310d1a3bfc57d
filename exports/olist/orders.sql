-- orders: one row each, with the number that the customer has in all orders.
select
    orders.order_id,
    people.customer_unique_id as customer_id,
    orders.order_purchase_timestamp as ordered_at,
    cast(null as varchar) as channel,
    case
        when orders.order_status in ('canceled', 'unavailable') then 'cancelled'
        else 'completed'
    end as status
from raw_olist_customers as people
right join raw_olist_orders as orders on people.customer_id = orders.customer_id
