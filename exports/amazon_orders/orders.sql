-- orders: the lines of the report, put together by order.
select
    order_id,
    cast(null as varchar) as customer_id,
    min(purchase_date) as ordered_at,
    min(sales_channel) as channel,
    case
        when min(lower(order_status)) in ('cancelled', 'pending', 'unfulfillable') then 'cancelled'
        else 'completed'
    end as status
from raw_amazon_orders
group by order_id
