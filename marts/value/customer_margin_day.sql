-- customer_margin_day: what each customer's completed lines brought, by day.
--
-- The margin of a line is what was paid less what the goods cost. Where that is not known it is taken
-- to be the parameter margin_rate of what was paid; how much that is can be seen in costed_spend.
select
    line.customer_id,
    cast(line.ordered_at as date) as purchase_day,
    cast(sum(line.net_amount) as decimal(18, 2)) as spend,
    cast(sum(line.list_amount) as decimal(18, 2)) as list_spend,
    bool_and(line.list_amount is not null) as has_list_prices,
    cast(
        coalesce(sum(line.net_amount) filter (where product.unit_cost is not null), 0) as decimal(18, 2)
    ) as costed_spend,
    cast(
        sum(
            coalesce(
                line.net_amount - line.quantity * product.unit_cost,
                line.net_amount * cast($margin_rate as decimal(9, 6))
            )
        ) as decimal(18, 2)
    ) as margin
from products as product
right join fact_order_line as line on product.product_id = line.product_id
where line.status = 'completed' and line.customer_id is not null
group by line.customer_id, cast(line.ordered_at as date)
