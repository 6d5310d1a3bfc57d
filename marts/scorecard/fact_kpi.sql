-- fact_kpi: the measures of the other tables in one place, compared with their targets, and with
-- their values in the period before.
--
-- A target applies from its day until the next of the same measure and segment. A measure with an interval has
-- met or missed it only if the whole of the interval has; until then it is undecided. Limits and test of a
-- change are derived from the limits of both periods, which are assumed to be normal and independent (Zou and Donner
-- 2008). If limits are cut off at the end of a measure they are derived from its standard error, which is unknown for
-- too few customers. Among many measures and segments some change by chance, so the p-values of a period are adjusted
-- together (Holm 1979).
with current_targets as (
    select
        kpi,
        segment,
        last_value(target order by valid_from) as target
    from targets
    where valid_from <= cast($period_end - interval '1 microsecond' as date)
    group by kpi, segment
),
limited as (
    select
        *,
        case
            when standard_error is null then lower
            when n >= $kpi_least_customers then value - 1.959963984540054 * standard_error
        end as uncut_lower,
        case
            when standard_error is null then upper
            when n >= $kpi_least_customers then value + 1.959963984540054 * standard_error
        end as uncut_upper
    from measure
),
compared as (
    select
        measure.kpi,
        measure.segment,
        measure.value,
        measure.numerator,
        measure.denominator,
        measure.n,
        measure.lower,
        measure.upper,
        previous.value as previous_value,
        previous.n as previous_n,
        previous.lower as previous_lower,
        previous.upper as previous_upper,
        difference_lower(
            measure.value,
            measure.uncut_lower,
            measure.uncut_upper,
            previous.value,
            previous.uncut_lower,
            previous.uncut_upper
        ) as change_lower,
        difference_upper(
            measure.value,
            measure.uncut_lower,
            measure.uncut_upper,
            previous.value,
            previous.uncut_lower,
            previous.uncut_upper
        ) as change_upper,
        difference_p_value(
            measure.value,
            measure.uncut_lower,
            measure.uncut_upper,
            previous.value,
            previous.uncut_lower,
            previous.uncut_upper
        ) as p_value
    from limited as measure
    left join limited as previous
        on
            measure.kpi = previous.kpi
            and measure.segment = previous.segment
            and previous.is_previous
    where not measure.is_previous
),
tests as (
    select
        array_agg(kpi order by kpi, segment) as kpis,
        array_agg(segment order by kpi, segment) as segments,
        holm(array_agg(p_value order by kpi, segment)) as adjusted_p_values
    from compared
    where p_value is not null
),
adjusted as (
    select
        unnest(kpis) as kpi,
        unnest(segments) as segment,
        unnest(adjusted_p_values) as adjusted_p_value
    from tests
),
held as (
    select
        compared.*,
        adjusted.adjusted_p_value,
        target.target,
        -- Turned round where less is better, so that one comparison serves both.
        case when compared.kpi = 'churn_rate' then -1.0 else 1.0 end as direction
    from compared
    left join adjusted on compared.kpi = adjusted.kpi and compared.segment = adjusted.segment
    left join current_targets as target
        on compared.kpi = target.kpi and compared.segment = target.segment
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
    previous_value,
    previous_n,
    previous_lower,
    previous_upper,
    value - previous_value as change,
    change_lower,
    change_upper,
    p_value,
    adjusted_p_value,
    adjusted_p_value < $kpi_alpha as is_changed
from judged
