-- order_lines: one line per order, of all that it brought. A closed order keeps its amount and is returned.
select
    order_id,
    1 as line_no,
    cast(null as varchar) as status,
    cast(null as varchar) as product_id,
    1 as quantity,
    cast(null as decimal(18, 4)) as list_price,
    cast(null as decimal(18, 4)) as unit_price,
    cast(null as varchar) as promotion_id,
    cast(
        case
            when lower(status) = 'closed' then subtotal
            else greatest(subtotal - coalesce(total_refunded, 0), 0)
        end as decimal(18, 2)
    ) as net_amount
from raw_magento_orders
