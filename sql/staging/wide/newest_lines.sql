-- newest_lines: the newest version of each order line, still with its order and product on it.
select
    lines.order_id,
    lines.line_no,
    lines.customer_id,
    lines.ordered_at,
    lines.product_id,
    lines.category,
    lines.brand,
    lines.quantity,
    lines.unit_price,
    lines.discount,
    lines.unit_cost,
    lines.is_promotion,
    lines.channel,
    lines.status
from customers
inner join raw_order_lines as lines on customers.customer_id = lines.customer_id
where lines.quantity > 0
