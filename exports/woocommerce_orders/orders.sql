-- orders: one row each.
select
    order_id,
    nullif(lower(trim(customer)), '') as customer_id,
    ordered_at,
    cast(null as varchar) as channel,
    case
        when lower(status) in ('completed', 'processing') then 'completed'
        when lower(status) = 'refunded' then 'returned'
        else 'cancelled'
    end as status
from raw_woocommerce_orders
