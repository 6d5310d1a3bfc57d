-- fact_value_driver: the weight of each dimension of value in the overall value, and its change since the
-- wave before.
--
-- Weights are shares of the variance explained by all dimensions (Lindeman, Merenda and Gold 1980). A dimension has
-- vanished if the interval of its coefficient excluded 0 in the wave before and contains 0 now, and appeared in the
-- opposite case. One that remains has drifted if chance does not explain how far the weights of all have moved, and
-- its own has moved by $drifted_from or more.
with fitted as (
    select
        max(wave) filter (where wave_rank = 1) as wave,
        max(wave) filter (where wave_rank = 2) as previous_wave,
        key_drivers(overall_value, dimensions, weight) filter (where wave_rank = 1) as model,
        driver_drift(overall_value, dimensions, cast(wave as varchar), weight) as comparison
    from value_response
),
drivers as (
    select
        wave,
        previous_wave,
        unnest(model['drivers']) as driver,
        model['r_squared'] as r_squared,
        model['n'] as n,
        model['n_effective'] as n_effective,
        model['incomplete'] as incomplete,
        model['flags'] as flags
    from fitted
    where model['n'] > 0
),
changes as (
    select
        unnest(comparison['drivers']) as change,
        comparison['drift'] as drift,
        comparison['jensen_shannon'] as jensen_shannon,
        comparison['p_value'] as drift_p_value,
        comparison['n_before'] as previous_n
    from fitted
    where previous_wave is not null
)
select
    drivers.driver['driver'] as dimension,
    drivers.wave,
    drivers.previous_wave,
    drivers.driver['coefficient'] as coefficient,
    drivers.driver['lower'] as coefficient_lower,
    drivers.driver['upper'] as coefficient_upper,
    drivers.driver['lmg_share'] as weight,
    drivers.driver['lmg'] as lmg,
    drivers.driver['lmg_lower'] as lmg_lower,
    drivers.driver['lmg_upper'] as lmg_upper,
    changes.change['weight_before'] as previous_weight,
    changes.change['change'] as weight_change,
    changes.drift,
    changes.jensen_shannon,
    changes.drift_p_value,
    case
        when drivers.previous_wave is null then 'first_wave'
        when changes.change['event'] is null then 'unknown'
        when changes.change['event'] <> 'kept' then changes.change['event']
        when
            changes.drift_p_value < $drift_p_value_below
            and abs(changes.change['change']) >= $drifted_from
            then 'drifted'
        else 'stable'
    end as dimension_event,
    drivers.r_squared,
    drivers.n,
    changes.previous_n,
    drivers.n_effective,
    drivers.incomplete,
    drivers.flags
from drivers
left join changes on drivers.driver['driver'] = changes.change['driver']
