-- fact_satisfaction_path: the effects in the index model of the period, direct and total,
-- in points.
--
-- Importance beside performance (Ringle and Sarstedt 2016) gives priorities: the drivers with the largest effect
-- and the lowest index. Coefficients are in standard deviations, points on the scale from 0 to 100.
with effects as (
    select unnest(model['importance_performance']) as effect
    from satisfaction_model
),
paths as (
    select unnest(model['paths']) as path
    from satisfaction_model
),
models as (
    select
        model['n'] as n,
        model['flags'] as flags
    from satisfaction_model
)
select
    effects.effect['construct'] as from_construct,
    effects.effect['target'] as to_construct,
    paths.path['coefficient'] as coefficient,
    paths.path['lower'] as coefficient_lower,
    paths.path['upper'] as coefficient_upper,
    paths.path['standard_error'] as standard_error,
    effects.effect['importance'] as total_effect,
    effects.effect['lower'] as total_effect_lower,
    effects.effect['upper'] as total_effect_upper,
    effects.effect['points'] as points,
    effects.effect['performance'] as performance,
    models.n,
    models.flags
from effects
cross join models
left join paths
    on
        effects.effect['construct'] = paths.path['from']
        and effects.effect['target'] = paths.path['to']
