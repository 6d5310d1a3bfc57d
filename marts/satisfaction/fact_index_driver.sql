-- fact_index_driver: how much image, expectation, quality, value and ease explain of satisfaction in the period,
-- the effects of the worst and the best answers, and priorities.
--
-- Only responses that answer all count. A driver that nobody was asked about is set to 0, so that it explains
-- nothing, and has no row. Means are rounded, so that equal ones are equal and on the same side of a quartile.
-- Penalties and rewards are those of Brandt (1987); the quadrant (Martilla and James 1977) is relative to the
-- mean of all drivers on either axis.
with asked as (
    select
        bool_or(construct = 'image') as image,
        bool_or(construct = 'expectation') as expectation,
        bool_or(construct = 'quality') as quality,
        bool_or(construct = 'value') as value,
        bool_or(construct = 'effort') as ease
    from questions
),
judged as (
    select
        response.satisfaction,
        response.weight,
        case when asked.image then round(response.image, 9) else 0.0 end as image,
        case when asked.expectation then round(response.expectation, 9) else 0.0 end as expectation,
        case when asked.quality then round(response.quality, 9) else 0.0 end as quality,
        case when asked.value then round(response.value, 9) else 0.0 end as value,
        case when asked.ease then round(response.ease, 9) else 0.0 end as ease
    from driver_response as response
    cross join asked
),
fitted as (
    select
        key_drivers(
            satisfaction,
            named_struct(
                'image', image, 'expectation', expectation, 'quality', quality, 'value', value, 'ease', ease
            ),
            weight
        ) as model,
        penalty_reward(
            satisfaction,
            named_struct(
                'image', image, 'expectation', expectation, 'quality', quality, 'value', value, 'ease', ease
            ),
            weight
        ) as contrasts
    from judged
),
marks as (
    select
        judged.weight,
        unnest([
            named_struct('driver', 'image', 'is_asked', asked.image, 'score', judged.image),
            named_struct('driver', 'expectation', 'is_asked', asked.expectation, 'score', judged.expectation),
            named_struct('driver', 'quality', 'is_asked', asked.quality, 'score', judged.quality),
            named_struct('driver', 'value', 'is_asked', asked.value, 'score', judged.value),
            named_struct('driver', 'ease', 'is_asked', asked.ease, 'score', judged.ease)
        ]) as mark
    from judged
    cross join asked
    where
        judged.image + judged.expectation + judged.quality + judged.value + judged.ease is not null
),
performances as (
    select
        mark['driver'] as driver,
        sum(weight * mark['score']) / sum(weight) as performance
    from marks
    where mark['is_asked']
    group by mark['driver']
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
),
contrasts as (
    select unnest(contrasts['drivers']) as contrast
    from fitted
),
judged_drivers as (
    select
        drivers.*,
        contrasts.contrast,
        performances.performance,
        drivers.driver['lmg'] >= avg(drivers.driver['lmg']) over () as is_important,
        performances.performance >= avg(performances.performance) over () as is_good
    from performances
    inner join drivers on performances.driver = drivers.driver['driver']
    inner join contrasts on performances.driver = contrasts.contrast['driver']
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
    contrast['penalty'] as penalty,
    contrast['reward'] as reward,
    contrast['asymmetry'] as asymmetry,
    performance,
    case
        when is_important and is_good then 'keep_up'
        when is_important then 'concentrate_here'
        when not is_important and is_good then 'possible_overkill'
        when not is_important then 'low_priority'
    end as quadrant,
    r_squared,
    n,
    n_effective,
    incomplete,
    flags
from judged_drivers
