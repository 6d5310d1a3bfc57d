-- order_lines: the lines of each order, which share what it brought by their prices.
--
-- What an order brought is its subtotal, which is after discounts and before taxes and shipping, less what
-- was refunded, since the export does not say which lines were sent back. An order refunded as a whole keeps
-- its amount and is returned. The amounts of the lines are differences of rounded running totals, so
-- that they add up to the cent.
with numbered_lines as (
    select
        name as order_id,
        row_number() over (partition by name order by _file, _line) as line_no,
        coalesce(lineitem_sku, lineitem_name) as product_id,
        lineitem_quantity as quantity,
        lineitem_compare_at_price as list_price,
        lineitem_price as unit_price,
        lineitem_quantity * lineitem_price - coalesce(lineitem_discount, 0) as amount
    from raw_shopify_orders
    where lineitem_quantity > 0
),
running_totals as (
    select
        *,
        sum(amount) over (partition by order_id order by line_no) as through,
        sum(amount) over (partition by order_id) as whole
    from numbered_lines
),
shared_lines as (
    select
        lines.*,
        orders.discount_code,
        case
            when orders.status = 'completed'
                then greatest(orders.subtotal - orders.refunded_amount, 0)
            else orders.subtotal
        end as brought
    from shopify_order as orders
    inner join running_totals as lines on orders.order_id = lines.order_id
)
select
    order_id,
    cast(line_no as bigint) as line_no,
    cast(null as varchar) as status,
    product_id,
    quantity,
    list_price,
    unit_price,
    discount_code as promotion_id,
    cast(
        coalesce(
            round(brought * through / nullif(whole, 0), 2)
            - round(brought * (through - amount) / nullif(whole, 0), 2),
            0
        ) as decimal(18, 2)
    ) as net_amount
from shared_lines
