-- database_coverage_by_period: how many of the orders of the period and of the one before are of known
-- customers, by channel.
--
-- Anonymous purchases count as revenue but for the loyalty of no customer: the other tables describe known
-- customers, and this is their coverage. An order counts once a line of it was completed.
with period_orders as (
    select
        ordered_at < $period_start as is_previous,
        order_id,
        max(channel) as channel,
        max(customer_id) is not null as is_known,
        sum(net_amount) as amount
    from fact_order_line
    where status = 'completed' and ordered_at >= $previous_start and ordered_at < $period_end
    group by order_id, ordered_at < $period_start
),
channels as (
    select
        is_previous,
        unnest(['all', coalesce(channel, 'unknown')]) as channel,
        is_known,
        amount
    from period_orders
),
counts as (
    select
        is_previous,
        channel,
        count(*) as orders,
        count(*) filter (where is_known) as known_orders,
        cast(sum(amount) as decimal(18, 2)) as revenue,
        cast(coalesce(sum(amount) filter (where is_known), 0) as decimal(18, 2)) as known_revenue
    from channels
    group by is_previous, channel
)
select
    is_previous,
    channel,
    orders,
    known_orders,
    cast(known_orders as double) / orders as coverage,
    wilson_lower(known_orders, orders) as coverage_lower,
    wilson_upper(known_orders, orders) as coverage_upper,
    revenue,
    known_revenue,
    cast(known_revenue as double) / nullif(cast(revenue as double), 0.0) as revenue_coverage
from counts
