-- Segments add up to all and customers to both, to the cent; what customers paid is what they are known
-- to have paid; the whale curve ends with the profit of all.
with segments as (
    select
        period,
        segment = 'all' as is_all,
        sum(customers) as customers,
        sum(margin) as margin,
        sum(service_cost) as service_cost,
        sum(profit) as profit
    from fact_profit
    group by period, segment = 'all'
),
customers as (
    select
        period,
        count(*) as customers,
        sum(margin) as margin,
        sum(service_cost) as service_cost,
        sum(profit) as profit,
        last_value(cumulative_profit order by profit_place nulls first) as curve
    from fact_customer_profit
    group by period
),
paid as (
    select
        profit.period,
        count(*) as wrong
    from fact_customer_profit as profit
    inner join fact_customer_loyalty as loyalty
        on profit.period = loyalty.period and profit.customer_id = loyalty.customer_id
    where profit.revenue <> loyalty.total_spend
    group by profit.period
)
select
    segments.*,
    customers.profit as sum_of_customers,
    customers.curve,
    paid.wrong
from segments
left join customers on segments.period = customers.period
left join paid on segments.period = paid.period
where
    segments.customers is distinct from customers.customers
    or segments.margin is distinct from customers.margin
    or segments.service_cost is distinct from customers.service_cost
    or segments.profit is distinct from customers.profit
    or customers.curve is distinct from customers.profit
    or paid.wrong is not null
