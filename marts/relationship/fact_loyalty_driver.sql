-- fact_loyalty_driver: how much satisfaction, barriers and voice explain of loyalty (Fornell 1992). The three move together, so
-- the explained share is divided as Lindeman, Merenda and Gold (1980) do.
with fitted as (
    select
        key_drivers(
            relationship_loyalty,
            named_struct(
                'satisfaction', relationship_satisfaction, 'barrier', switching_barrier, 'voice', voice
            )
        ) as model,
        avg(relationship_satisfaction) as satisfaction,
        avg(switching_barrier) as barrier,
        avg(voice) as voice
    from fact_customer_attitude
    where relationship_loyalty is not null
),
drivers as (
    select
        *,
        unnest(model['drivers']) as driver
    from fitted
    where model['n'] > 0
)
select
    driver['driver'] as driver,
    case driver['driver']
        when 'satisfaction' then satisfaction
        when 'barrier' then barrier
        when 'voice' then voice
    end as mean_score,
    driver['coefficient'] as coefficient,
    driver['lower'] as coefficient_lower,
    driver['upper'] as coefficient_upper,
    driver['lmg'] as lmg,
    driver['lmg_lower'] as lmg_lower,
    driver['lmg_upper'] as lmg_upper,
    driver['lmg_share'] as lmg_share,
    driver['johnson'] as johnson,
    model['r_squared'] as r_squared,
    model['n'] as n,
    model['incomplete'] as incomplete,
    model['flags'] as flags
from drivers
