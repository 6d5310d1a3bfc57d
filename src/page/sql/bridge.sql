-- What has led customer equity from the start of the period to its end, everybody first.
select
    segment,
    equity_at_start,
    model_change,
    time_change,
    lost_equity,
    shrunk_equity,
    grown_equity,
    acquired_equity,
    equity_at_end,
    customers_at_start,
    lost_customers,
    shrunk_customers,
    grown_customers,
    acquired_customers,
    bridge_reason
from fact_equity_bridge
where period = $period
order by segment <> 'all', segment
