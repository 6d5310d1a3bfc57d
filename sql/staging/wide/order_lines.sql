-- order_lines: the lines that share the status of their order. A cancelled line of a completed order
-- sold nothing.
select
    lines.order_id,
    lines.line_no,
    cast(null as varchar) as status,
    lines.product_id,
    lines.quantity,
    cast(null as decimal(18, 4)) as list_price,
    lines.unit_price,
    case when lines.is_promotion then 'promotion' end as promotion_id,
    cast(lines.quantity * lines.unit_price - lines.discount as decimal(18, 2)) as net_amount
from orders
inner join newest_lines as lines
    on orders.order_id = lines.order_id and orders.status = lines.status
