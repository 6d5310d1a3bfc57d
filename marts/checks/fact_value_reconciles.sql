-- Customer equity is that of fact_equity, segments add up to all, and the kinds of value to the whole.
with segments as (
    select
        period,
        sum(customers) as customers,
        sum(known_value) as known_value,
        sum(customer_equity) as customer_equity
    from fact_value
    where segment <> 'all'
    group by period
)
select
    value.period,
    value.segment,
    value.customer_equity,
    equity.customer_equity as equity_of_fact_equity,
    value.known_value,
    segments.known_value as sum_of_segments
from fact_value as value
full join fact_equity as equity
    on value.period = equity.period and value.segment = equity.segment
left join segments on value.period = segments.period and value.segment = 'all'
where
    (value.customers is distinct from equity.customers)
    or (value.customer_equity is distinct from equity.customer_equity)
    or (value.cev <> value.customer_equity + value.crv + value.cgv + value.ckv - value.counted_twice)
    or (
        value.segment = 'all'
        and (
            (segments.customers is distinct from value.customers)
            or (segments.known_value is distinct from value.known_value)
            or (segments.customer_equity is distinct from value.customer_equity)
        )
    )
