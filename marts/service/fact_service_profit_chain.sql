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
units as (
    select
        map(
            [
                'employee_satisfaction',
                'service_quality',
                'customer_satisfaction',
                'loyalty',
                'spend_per_customer'
            ],
            [
                people.employee_satisfaction,
                customers.service_quality,
                customers.customer_satisfaction,
                customers.loyalty,
                customers.spend_per_customer
            ]
        ) as means
    from people
    inner join customers on people.unit = customers.unit
),
chain (link_number, cause, effect) as (
    values
    (1, 'employee_satisfaction', 'service_quality'),
    (2, 'service_quality', 'customer_satisfaction'),
    (3, 'customer_satisfaction', 'loyalty'),
    (4, 'loyalty', 'spend_per_customer'),
    (5, 'employee_satisfaction', 'customer_satisfaction')
),
links as (
    select
        chain.*,
        map_extract(units.means, chain.cause)[1] as x,
        map_extract(units.means, chain.effect)[1] as y
    from units
    cross join chain
),
correlations as (
    select
        link_number,
        cause,
        effect,
        cast(regr_count(y, x) as bigint) as units,
        corr(y, x) as correlation,
        regr_slope(y, x) as slope
    from links
    group by link_number, cause, effect
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
