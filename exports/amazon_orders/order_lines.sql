-- order_lines: one row of the report each; cancelled ones have no units. Discounts are written with and
-- without a sign.
select
    order_id,
    row_number() over (partition by order_id order by _file, _line) as line_no,
    case when lower(item_status) = 'cancelled' then 'cancelled' end as status,
    sku as product_id,
    quantity,
    cast(null as decimal(18, 4)) as list_price,
    cast(item_price / quantity as decimal(18, 4)) as unit_price,
    promotion_ids as promotion_id,
    cast(
        coalesce(item_price, 0) - abs(coalesce(promotion_discount, 0)) as decimal(18, 2)
    ) as net_amount
from raw_amazon_orders
where quantity > 0
