-- fact_value_weighted_satisfaction: how satisfied the most valuable customers are: satisfaction weighted by customer
-- lifetime value, and what drives it.
--
-- A customer with zero or negative value has no weight. Few customers have most of the value, so the mean is only as
-- precise as n_effective = (Σv)² / Σv² customers of equal value would make it (Kish 1965).
with valued as (
    select
        satisfaction.satisfaction,
        satisfaction.perceived_quality,
        satisfaction.perceived_value,
        satisfaction.ease,
        greatest(cast(equity.clv as double), 0.0) as value
    from fact_customer_satisfaction as satisfaction
    inner join fact_customer_equity as equity on satisfaction.customer_id = equity.customer_id
    where satisfaction.satisfaction is not null and equity.clv is not null
),
measured as (
    select
        ces(satisfaction, value) as weighted,
        ces(satisfaction) as unweighted,
        key_drivers(
            satisfaction,
            named_struct('quality', perceived_quality, 'value', perceived_value, 'ease', ease),
            value
        ) as model
    from valued
)
select
    weighted['value'] as satisfaction_value_weighted,
    weighted['lower'] as satisfaction_value_weighted_lower,
    weighted['upper'] as satisfaction_value_weighted_upper,
    unweighted['value'] as satisfaction,
    unweighted['lower'] as satisfaction_lower,
    unweighted['upper'] as satisfaction_upper,
    model['drivers'][1]['lmg_share'] as quality_share,
    model['drivers'][2]['lmg_share'] as value_share,
    model['drivers'][3]['lmg_share'] as ease_share,
    unweighted['n'] as n,
    weighted['n_effective'] as n_effective
from measured
where unweighted['n'] > 0
