-- fact_satisfaction_driver: how much quality, value and ease explain of satisfaction in the period.
--
-- A response is one row: the answer to the question of satisfaction, and the mean of the answers to the
-- questions of each driver, all from 0 to 100. Only responses that answer all of them count. The explained
-- share is divided among the drivers as Lindeman, Merenda and Gold (1980) do. A period without such
-- responses has no rows.
with responses as (
    select
        response_id,
        max(weight) as weight,
        max(score) filter (where question_id = $csat_question) as satisfaction,
        avg(score) filter (where construct = 'quality') as quality,
        avg(score) filter (where construct = 'value') as value,
        avg(score) filter (where construct = 'effort') as ease
    from scored_answer
    where answered_at >= $period_start and answered_at < $period_end
    group by response_id
),
fitted as (
    select
        key_drivers(
            satisfaction, named_struct('quality', quality, 'value', value, 'ease', ease), weight
        ) as model
    from responses
    where satisfaction is not null
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
