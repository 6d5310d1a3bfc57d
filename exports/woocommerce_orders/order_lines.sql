-- order_lines: one line per order, of all that it brought; the report names products in words only.
select
    order_id,
    1 as line_no,
    cast(null as varchar) as status,
    cast(null as varchar) as product_id,
    items_sold as quantity,
    cast(null as decimal(18, 4)) as list_price,
    cast(null as decimal(18, 4)) as unit_price,
    cast(null as varchar) as promotion_id,
    net_sales as net_amount
from raw_woocommerce_orders
where items_sold > 0
