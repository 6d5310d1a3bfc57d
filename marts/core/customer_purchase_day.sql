-- customer_purchase_day: one row per customer and day with at least one completed line.
--
-- Loyalty counts days, not orders: two orders on one day are one visit to the shop. A day whose
-- lines cost nothing is still a purchase day. The gap to the previous purchase day does not
-- depend on the period, so it is computed once here; it is NULL on the first day,
-- which makes `gap_days is not null` the mark of a repeat purchase. Anonymous orders belong to no customer.
with completed_days as (
    select
        customer_id,
        cast(ordered_at as date) as purchase_day,
        cast(sum(net_amount) as decimal(18, 2)) as spend
    from fact_order_line
    where status = 'completed' and customer_id is not null
    group by customer_id, cast(ordered_at as date)
)
select
    customer_id,
    purchase_day,
    spend,
    purchase_day - lag(purchase_day) over (
        partition by customer_id order by purchase_day
    ) as gap_days
from completed_days
