-- orders: one row each. The purchase point is a website, a store and a view, on lines of their own.
select
    order_id,
    nullif(lower(trim(email)), '') as customer_id,
    ordered_at,
    trim(split_part(purchase_point, chr(10), 1)) as channel,
    case
        when lower(status) in ('complete', 'processing') then 'completed'
        when lower(status) = 'closed' then 'returned'
        else 'cancelled'
    end as status
from raw_magento_orders
