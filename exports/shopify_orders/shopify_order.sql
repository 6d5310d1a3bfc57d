-- shopify_order: one row per order. The export repeats an order for each of its lines, and leaves the
-- columns of the order empty in all rows but one.
select
    name as order_id,
    min(lower(trim(email))) as customer_id,
    min(created_at) as ordered_at,
    min(source) as channel,
    min(shipping_country) as country,
    min(discount_code) as discount_code,
    min(subtotal) as subtotal,
    coalesce(max(refunded_amount), 0) as refunded_amount,
    case
        when min(cancelled_at) is not null or min(lower(financial_status)) in ('voided', 'expired')
            then 'cancelled'
        when min(lower(financial_status)) = 'refunded' then 'returned'
        else 'completed'
    end as status
from raw_shopify_orders
group by name
