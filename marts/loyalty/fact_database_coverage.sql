-- fact_database_coverage: how many of the orders are of customers whom the shop knows, by channel.
select
    channel,
    orders,
    known_orders,
    coverage,
    coverage_lower,
    coverage_upper,
    revenue,
    known_revenue,
    revenue_coverage
from database_coverage_by_period
where not is_previous
