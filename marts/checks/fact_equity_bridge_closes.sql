-- The steps must lead from one end to the other to the cent, to the equity that fact_equity has, and those
-- of the segments must add up to those of all.
with sums as (
    select
        period,
        sum(equity_at_end) as equity_at_end,
        sum(lost_customers + shrunk_customers + grown_customers + acquired_customers) as customers
    from fact_equity_bridge
    where segment <> 'all'
    group by period
),
equities as (
    select
        period,
        segment,
        customers,
        customer_equity
    from fact_equity
    where period in (select period from sums)
)
select
    bridge.period,
    bridge.segment,
    bridge.equity_at_end,
    equity.customer_equity,
    sums.equity_at_end as sum_of_segments,
    bridge.equity_at_start
    + bridge.model_change
    + bridge.time_change
    + bridge.lost_equity
    + bridge.shrunk_equity
    + bridge.grown_equity
    + bridge.acquired_equity as sum_of_steps
from fact_equity_bridge as bridge
full join equities as equity
    on bridge.period = equity.period and bridge.segment = equity.segment
left join sums on bridge.period = sums.period and bridge.segment = 'all'
where
    (bridge.equity_at_end is distinct from equity.customer_equity)
    or (
        bridge.lost_customers
        + bridge.shrunk_customers
        + bridge.grown_customers
        + bridge.acquired_customers
        is distinct from equity.customers
    )
    or bridge.customers_at_start
    <> bridge.lost_customers + bridge.shrunk_customers + bridge.grown_customers
    or bridge.retained_equity + bridge.acquired_equity <> bridge.equity_at_end
    or bridge.equity_at_end
    <> bridge.equity_at_start
    + bridge.model_change
    + bridge.time_change
    + bridge.lost_equity
    + bridge.shrunk_equity
    + bridge.grown_equity
    + bridge.acquired_equity
    or (
        bridge.segment = 'all'
        and (
            (sums.equity_at_end is distinct from bridge.equity_at_end)
            or (sums.customers is distinct from equity.customers)
        )
    )
