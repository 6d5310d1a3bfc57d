-- Channels must add up to all of them; one that is called `all` would count twice.
with channels as (
    select
        period,
        sum(orders) as orders,
        sum(known_orders) as known_orders,
        sum(revenue) as revenue
    from fact_database_coverage
    where channel <> 'all'
    group by period
)
select
    totals.period,
    totals.orders,
    channels.orders as orders_of_channels,
    totals.revenue,
    channels.revenue as revenue_of_channels
from fact_database_coverage as totals
left join channels on totals.period = channels.period
where
    totals.channel = 'all'
    and (
        (totals.orders is distinct from channels.orders)
        or (totals.known_orders is distinct from channels.known_orders)
        or (totals.revenue is distinct from channels.revenue)
    )
