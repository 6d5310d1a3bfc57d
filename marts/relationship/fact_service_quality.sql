-- fact_service_quality: perception less expectation by dimension of the service (SERVQUAL, Parasuraman, Zeithaml and Berry
-- 1988), with perception alone beside it (SERVPERF, Cronin and Taylor 1992).
--
-- A dimension weighs what its perception explains of satisfaction with the relationship (Lindeman, Merenda and Gold
-- 1980), among all five. The row `all` has the mean over dimensions of each customer, and as weighted gap the sum
-- of the weighted gaps of the dimensions.
with measured_gaps as (
    select
        customer_id,
        dimension,
        expectation,
        perception,
        gap
    from customer_service_gap
    union all
    select
        customer_id,
        'all' as dimension,
        avg(expectation) as expectation,
        avg(perception) as perception,
        avg(gap) as gap
    from customer_service_gap
    where gap is not null
    group by customer_id
),
gaps as (
    select
        dimension,
        avg(expectation) as expectation,
        avg(perception) as perception,
        ces(gap) as gap
    from measured_gaps
    where gap is not null
    group by dimension
),
perceptions as (
    select
        customer_id,
        avg(perception) filter (where dimension = 'tangibles') as tangibles,
        avg(perception) filter (where dimension = 'reliability') as reliability,
        avg(perception) filter (where dimension = 'responsiveness') as responsiveness,
        avg(perception) filter (where dimension = 'assurance') as assurance,
        avg(perception) filter (where dimension = 'empathy') as empathy
    from customer_service_gap
    group by customer_id
),
fitted as (
    select
        key_drivers(
            facet.score,
            named_struct(
                'tangibles',
                perceptions.tangibles,
                'reliability',
                perceptions.reliability,
                'responsiveness',
                perceptions.responsiveness,
                'assurance',
                perceptions.assurance,
                'empathy',
                perceptions.empathy
            )
        ) as model
    from perceptions
    inner join customer_facet as facet on perceptions.customer_id = facet.customer_id
    where facet.construct = 'relationship_satisfaction'
),
weights as (
    select unnest(model['drivers']) as driver
    from fitted
),
weighted_gaps as (
    select
        gaps.dimension,
        gaps.expectation,
        gaps.perception,
        gaps.gap,
        weights.driver['lmg_share'] as weight,
        weights.driver['lmg_share'] * gaps.gap['value'] as weighted_gap
    from gaps
    left join weights on gaps.dimension = weights.driver['driver']
)
select
    dimension,
    expectation,
    perception,
    gap['value'] as gap,
    gap['lower'] as gap_lower,
    gap['upper'] as gap_upper,
    weight,
    case when dimension = 'all' then sum(weighted_gap) over () else weighted_gap end as weighted_gap,
    gap['n'] as n
from weighted_gaps
