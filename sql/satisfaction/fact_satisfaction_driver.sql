-- fact_satisfaction_driver: how much quality, value and ease explain of satisfaction in the period.
--
-- A response is one row: the answer to the question of satisfaction, and the mean of the answers to the
-- questions of each driver, all from 0 to 100. Only responses that answer all of them count. The explained
-- share is divided among the drivers as Lindeman, Merenda and Gold (1980) do. A period without such
-- responses has no rows.
with answers as (
    select
        answer.response_id,
        answer.weight,
        question.question_id,
        question.construct,
        100.0 * case
            when question.direction = 'reverse' then question.scale_max - answer.score
            else answer.score - question.scale_min
        end / nullif(question.scale_max - question.scale_min, 0.0) as score
    from questions as question
    inner join survey_answers as answer on question.question_id = answer.question_id
    where answer.answered_at >= $period_start and answer.answered_at < $period_end
),
responses as (
    select
        response_id,
        max(weight) as weight,
        max(score) filter (where question_id = $csat_question) as satisfaction,
        avg(score) filter (where construct = 'quality') as quality,
        avg(score) filter (where construct = 'value') as value,
        avg(score) filter (where construct = 'effort') as ease
    from answers
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
