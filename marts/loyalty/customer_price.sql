-- customer_price: how each customer's completed lines compare with list prices and with what others pay.
--
-- The rule of special items counts lines and not money: a customer who buys at least four fifths of
-- the lines on promotion buys by price. The premium compares what was paid with the median unit price of the same
-- product in the same calendar week. A product that was sold once in a week has no price of others, and a line that
-- cost nothing is a gift: both are left out.
with lines as (
    select
        customer_id,
        product_id,
        date_trunc('week', ordered_at) as week,
        is_on_promotion,
        quantity,
        unit_price
    from fact_order_line
    where status = 'completed' and customer_id is not null and ordered_at < $period_end
),
usual_prices as (
    select
        product_id,
        week,
        median(unit_price) as usual_price
    from lines
    where product_id is not null and unit_price > 0
    group by product_id, week
    having count(*) > 1
),
compared_lines as (
    select
        lines.customer_id,
        lines.is_on_promotion,
        case when prices.usual_price is not null then lines.quantity * lines.unit_price end as paid,
        lines.quantity * prices.usual_price as usual
    from lines
    left join usual_prices as prices
        on
            lines.product_id = prices.product_id
            and lines.week = prices.week
            and lines.unit_price > 0
)
select
    customer_id,
    count(is_on_promotion) as lines_with_known_promotion,
    count(*) filter (where is_on_promotion) as special_lines,
    count(paid) as lines_with_usual_price,
    cast(sum(paid) as double) / cast(nullif(sum(usual), 0) as double) - 1.0 as price_premium
from compared_lines
group by customer_id
