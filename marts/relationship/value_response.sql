-- value_response: the responses of the two newest waves before the end of the period that say what the shop is worth,
-- with the dimensions of value (Sheth, Newman and Gross 1991). A wave is the $value_wave in which a response was
-- given.
with responses as (
    select
        response_id,
        cast(date_trunc($value_wave, max(answered_at)) as date) as wave,
        max(weight) as weight,
        avg(score) filter (where facet = 'functional' and construct = 'value_dimension') as functional,
        avg(score) filter (where facet = 'emotional' and construct = 'value_dimension') as emotional,
        avg(score) filter (where facet = 'social' and construct = 'value_dimension') as social,
        avg(score) filter (where facet = 'epistemic' and construct = 'value_dimension') as epistemic,
        avg(score) filter (where facet = 'conditional' and construct = 'value_dimension') as conditional,
        avg(score) filter (where construct = 'overall_value') as overall_value
    from scored_answer
    where construct in ('value_dimension', 'overall_value') and answered_at < $period_end
    group by response_id
),
ranked_responses as (
    select
        *,
        dense_rank() over (order by wave desc) as wave_rank
    from responses
    where overall_value is not null
)
select
    response_id,
    wave,
    wave_rank,
    weight,
    overall_value,
    named_struct(
        'functional',
        functional,
        'emotional',
        emotional,
        'social',
        social,
        'epistemic',
        epistemic,
        'conditional',
        conditional
    ) as dimensions
from ranked_responses
where wave_rank <= 2
