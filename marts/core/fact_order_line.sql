-- fact_order_line: every line of every order, whatever the status of the order.
--
-- Cancelled and returned lines stay, so that readers can count them; a purchase is a completed
-- line. A line is on promotion when it names a promotion or was paid below its list price; if
-- neither is recorded, it is unknown: NULL.
with priced_lines as (
    select
        orders.order_id,
        order_lines.line_no,
        orders.customer_id,
        orders.ordered_at,
        orders.channel,
        coalesce(order_lines.status, orders.status) as status,
        order_lines.product_id,
        order_lines.quantity,
        order_lines.list_price,
        order_lines.unit_price,
        order_lines.promotion_id,
        cast(order_lines.quantity * order_lines.list_price as decimal(18, 2)) as list_amount,
        order_lines.net_amount
    from orders
    inner join order_lines on orders.order_id = order_lines.order_id
)
select
    cast(date_trunc('month', lines.ordered_at) as date) as order_month,
    lines.order_id,
    lines.line_no,
    lines.customer_id,
    lines.ordered_at,
    lines.channel,
    lines.status,
    lines.product_id,
    products.category,
    products.brand,
    lines.quantity,
    lines.list_price,
    lines.unit_price,
    lines.promotion_id,
    case
        when lines.promotion_id is not null then true
        else lines.unit_price < lines.list_price
    end as is_on_promotion,
    lines.list_amount,
    cast(lines.list_amount - lines.net_amount as decimal(18, 2)) as discount_amount,
    lines.net_amount
from products
right join priced_lines as lines on products.product_id = lines.product_id
