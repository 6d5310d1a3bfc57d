-- fact_profit: profit by segment and of all, and how many customers bring a loss.
--
-- Every customer counts in `all` and in one segment, `unknown` where none is known. The peak of the
-- whale curve is where profits end and losses begin.
with segmented_customers as (
    select
        'all' as segment,
        profit.*
    from fact_customer_profit as profit
    union all
    select
        coalesce(customer.segment, 'unknown') as segment,
        profit.*
    from fact_customer_profit as profit
    left join dim_customer as customer on profit.customer_id = customer.customer_id
),
sums as (
    select
        segment,
        count(*) as customers,
        count(profit) as customers_with_profit,
        count(*) filter (where profit < 0) as unprofitable_customers,
        sum(revenue) as revenue,
        sum(margin) as margin,
        sum(service_cost) as service_cost,
        sum(retention_cost) as retention_cost,
        sum(profit) as profit,
        sum(acquisition_cost) as acquisition_cost,
        sum(profit_after_acquisition) as profit_after_acquisition,
        coalesce(sum(profit) filter (where profit > 0), 0.00) as profits,
        sum(profit) filter (where profit < 0) as losses
    from segmented_customers
    group by segment
)
select
    segment,
    customers,
    cast(revenue as decimal(18, 2)) as revenue,
    cast(margin as decimal(18, 2)) as margin,
    cast(service_cost as decimal(18, 2)) as service_cost,
    cast(retention_cost as decimal(18, 2)) as retention_cost,
    cast(profit as decimal(18, 2)) as profit,
    cast(acquisition_cost as decimal(18, 2)) as acquisition_cost,
    cast(profit_after_acquisition as decimal(18, 2)) as profit_after_acquisition,
    cast(service_cost as double) / nullif(cast(revenue as double), 0.0) as service_cost_ratio,
    cast(unprofitable_customers as double) / nullif(customers_with_profit, 0) as unprofitable_rate,
    wilson_lower(unprofitable_customers, customers_with_profit) as unprofitable_rate_lower,
    wilson_upper(unprofitable_customers, customers_with_profit) as unprofitable_rate_upper,
    unprofitable_customers as unprofitable_rate_numerator,
    customers_with_profit as unprofitable_rate_denominator,
    case when customers_with_profit > 0 then cast(coalesce(losses, 0.00) as decimal(18, 2)) end
        as losses,
    case
        when profit > 0 then cast(profits as double) / cast(profit as double)
    end as peak_profit_share
from sums
