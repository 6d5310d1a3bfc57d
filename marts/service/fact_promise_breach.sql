-- fact_promise_breach: lines of the period that were charged above the price advertised at that time.
--
-- If two advertisements of a product apply at once, the customer may rely on the lower one. A line without
-- a recorded price is unknown.
with promised_lines as (
    select
        line.order_id,
        line.line_no,
        line.product_id,
        line.quantity,
        line.unit_price,
        min(advertised.price) as promised_price
    from advertised_prices as advertised
    inner join fact_order_line as line on advertised.product_id = line.product_id
    where
        line.status = 'completed'
        and line.ordered_at >= $period_start
        and line.ordered_at < $period_end
        and line.ordered_at >= advertised.valid_from
        and line.ordered_at < advertised.valid_to
        and line.unit_price is not null
    group by line.order_id, line.line_no, line.product_id, line.quantity, line.unit_price
),
counted as (
    select
        product_id,
        count(*) as advertised_lines,
        count(*) filter (where unit_price > promised_price) as breached_lines,
        count(distinct order_id) filter (where unit_price > promised_price) as breached_orders,
        coalesce(
            sum(quantity * (unit_price - promised_price)) filter (
                where unit_price > promised_price
            ),
            0
        ) as overcharge
    from promised_lines
    group by product_id
)
select
    product_id,
    advertised_lines,
    breached_lines,
    breached_orders,
    cast(breached_lines as double) / advertised_lines as breach_rate,
    wilson_lower(breached_lines, advertised_lines) as breach_rate_lower,
    wilson_upper(breached_lines, advertised_lines) as breach_rate_upper,
    cast(overcharge as decimal(18, 2)) as overcharge
from counted
