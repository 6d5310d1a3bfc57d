-- order_lines: one item each; three of one product are three items.
select
    order_id,
    order_item_id as line_no,
    cast(null as varchar) as status,
    product_id,
    1 as quantity,
    cast(null as decimal(18, 4)) as list_price,
    cast(price as decimal(18, 4)) as unit_price,
    cast(null as varchar) as promotion_id,
    price as net_amount
from raw_olist_order_items
