-- fact_satisfaction_driver: how much quality, value and ease explain of satisfaction in the period.
--
-- Only responses that answer the questions of all of them count. The explained share is divided among the drivers
-- as Lindeman, Merenda and Gold (1980) do. A period without such responses has no rows.
with fitted as (
    select
        key_drivers(
            satisfaction, named_struct('quality', quality, 'value', value, 'ease', ease), weight
        ) as model
    from driver_response
),
drivers as (
    select
        unnest(model['drivers']) as driver,
        model['r_squared'] as r_squared,
        model['n'] as n,
        model['n_effective'] as n_effective,
        model['incomplete'] as incomplete,
        model['flags'] as flags
    from fitted
    where model['n'] > 0
)
select
    driver['driver'] as driver,
    driver['coefficient'] as coefficient,
    driver['lower'] as coefficient_lower,
    driver['upper'] as coefficient_upper,
    driver['lmg'] as lmg,
    driver['lmg_lower'] as lmg_lower,
    driver['lmg_upper'] as lmg_upper,
    driver['lmg_share'] as lmg_share,
    driver['johnson'] as johnson,
    r_squared,
    n,
    n_effective,
    incomplete,
    flags
from drivers
