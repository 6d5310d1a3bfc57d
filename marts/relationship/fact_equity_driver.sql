-- fact_equity_driver: what moves customers to choose the shop next, and what a point more of it is worth (Rust, Lemon and
-- Zeithaml 2004): the logit of the next choice on value, brand and relationship and on the last choice.
--
-- What is won by a point is the most that may be spent on it: a return is (equity won - spent) / spent.
with drivers as (
    select
        model,
        customers,
        widening,
        unnest(model['drivers']) as driver
    from brand_model
    where model['n'] > 0
),
buyers as (
    select count(*) as customers
    from dim_customer
    where first_order_at < $period_end
),
gains as (
    select
        better.improved as driver,
        count(*) as customers_valued,
        avg(better.clv - now.clv) as gain,
        1.959963984540054 * stddev(better.clv - now.clv) / sqrt(cast(count(*) as double)) as reach
    from brand_value as better
    inner join brand_value as now
        on
            better.customer_id = now.customer_id
            and better.brand = now.brand
            and now.improved = 'nothing'
    where better.is_own and better.improved <> 'nothing'
    group by better.improved
)
select
    drivers.driver['driver'] as driver,
    drivers.driver['coefficient'] as coefficient,
    drivers.driver['coefficient']
    - (drivers.driver['coefficient'] - drivers.driver['lower']) * drivers.widening
        as coefficient_lower,
    drivers.driver['coefficient']
    + (drivers.driver['upper'] - drivers.driver['coefficient']) * drivers.widening
        as coefficient_upper,
    drivers.driver['lmg_share'] as lmg_share,
    drivers.model['r_squared'] as r_squared,
    drivers.customers as customers_compared,
    coalesce(gains.customers_valued, 0) as customers_valued,
    cast(gains.gain * buyers.customers as decimal(18, 2)) as equity_gain,
    cast((gains.gain - gains.reach) * buyers.customers as decimal(18, 2)) as equity_gain_lower,
    cast((gains.gain + gains.reach) * buyers.customers as decimal(18, 2)) as equity_gain_upper,
    gains.gain / nullif(sum(gains.gain) over (), 0.0) as equity_gain_share,
    drivers.model['flags'] as flags
from drivers
cross join buyers
left join gains on drivers.driver['driver'] = gains.driver
