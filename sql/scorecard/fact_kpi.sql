-- fact_kpi: the measures of the other tables in one place, held against what they were to come to.
--
-- A target holds from its day until the next of the same measure and segment. A measure with an interval has
-- met or missed it only if the whole of the interval has; until then it is undecided. What a measure of the
-- period itself was before is in the row of the period before.
with current_targets as (
    select
        kpi,
        segment,
        last_value(target order by valid_from) as target
    from targets
    where valid_from <= cast($period_end - interval '1 microsecond' as date)
    group by kpi, segment
),
held as (
    select
        measure.*,
        target.target,
        -- Turned round where less is better, so that one comparison serves both.
        case when measure.kpi = 'churn_rate' then -1.0 else 1.0 end as direction
    from measure
    left join current_targets as target
        on measure.kpi = target.kpi and measure.segment = target.segment
),
judged as (
    select
        *,
        direction * (value - target) as margin,
        least(direction * (lower - target), direction * (upper - target)) as margin_lower,
        greatest(direction * (lower - target), direction * (upper - target)) as margin_upper
    from held
)
select
    kpi,
    segment,
    value,
    numerator,
    denominator,
    n,
    lower,
    upper,
    target,
    value - target as difference_from_target,
    case
        when target is null then 'no_target'
        when value is null then 'unknown'
        when coalesce(margin_lower, margin) >= 0 then 'met'
        when coalesce(margin_upper, margin) < 0 then 'missed'
        else 'undecided'
    end as status,
    value_at_start,
    value - value_at_start as change
from judged
