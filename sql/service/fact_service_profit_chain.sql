-- fact_service_profit_chain: how the links of the service-profit chain hang together over the units of the shop (Heskett et
-- al. 1994): where people are satisfied service is good, customers are satisfied and loyal, and spend more.
--
-- Each unit, a region, counts once, whatever its size. Correlations of units are not those of people: a strong one says
-- nothing of a single employee or customer (the ecological fallacy, Robinson 1950), and nothing of which moves
-- which. Intervals are by Fisher's z, of which the standard error is 1 / √(n − 3).
with people as (
    select
        unit,
        avg(score) as employee_satisfaction
    from employee_answers
    where
        answered_at < $period_end
        and answered_at >= $period_end - $chain_days * interval '1 day'
    group by unit
    having count(distinct response_id) filter (where score is not null) >= $chain_minimum_answers
),
spends as (
    select
        customer_id,
        sum(spend) as spend
    from customer_purchase_day
    where
        purchase_day <= cast($period_end - interval '1 microsecond' as date)
        and cast($period_end - interval '1 microsecond' as date) - purchase_day < $chain_days
    group by customer_id
),
customers as (
    select
        customer.region as unit,
        count(answer.satisfaction) as answers,
        avg(answer.perceived_quality) as service_quality,
        avg(answer.satisfaction) as customer_satisfaction,
        avg(answer.loyalty_index) as loyalty,
        avg(cast(coalesce(spends.spend, 0) as double)) as spend_per_customer
    from dim_customer as customer
    left join fact_customer_satisfaction as answer on customer.customer_id = answer.customer_id
    left join spends on customer.customer_id = spends.customer_id
    where customer.first_order_at < $period_end and customer.region is not null
    group by customer.region
    having count(answer.satisfaction) >= $chain_minimum_answers
),
links as (
    select
        unnest([
            named_struct(
                'number', 1, 'cause', 'employee_satisfaction', 'effect', 'service_quality',
                'x', people.employee_satisfaction, 'y', customers.service_quality
            ),
            named_struct(
                'number', 2, 'cause', 'service_quality', 'effect', 'customer_satisfaction',
                'x', customers.service_quality, 'y', customers.customer_satisfaction
            ),
            named_struct(
                'number', 3, 'cause', 'customer_satisfaction', 'effect', 'loyalty',
                'x', customers.customer_satisfaction, 'y', customers.loyalty
            ),
            named_struct(
                'number', 4, 'cause', 'loyalty', 'effect', 'spend_per_customer',
                'x', customers.loyalty, 'y', customers.spend_per_customer
            ),
            named_struct(
                'number', 5, 'cause', 'employee_satisfaction', 'effect', 'customer_satisfaction',
                'x', people.employee_satisfaction, 'y', customers.customer_satisfaction
            )
        ]) as link
    from people
    inner join customers on people.unit = customers.unit
),
correlations as (
    select
        link['number'] as link_number,
        link['cause'] as cause,
        link['effect'] as effect,
        cast(regr_count(link['y'], link['x']) as bigint) as units,
        corr(link['y'], link['x']) as correlation,
        regr_slope(link['y'], link['x']) as slope
    from links
    group by link['number'], link['cause'], link['effect']
),
bounded as (
    select
        *,
        case
            when units >= 3 and not isnan(correlation) then greatest(-1.0, least(1.0, correlation))
        end as spc_path,
        1.959963984540054 / sqrt(cast(case when units > 3 then units - 3 end as double)) as reach
    from correlations
)
select
    cast(link_number as int) as link_number,
    cause,
    effect,
    spc_path,
    case when abs(spc_path) < 1.0 then tanh(atanh(spc_path) - reach) end as spc_path_lower,
    case when abs(spc_path) < 1.0 then tanh(atanh(spc_path) + reach) end as spc_path_upper,
    case when spc_path is not null then slope end as slope,
    units
from bounded
