-- fact_touchpoint_satisfaction: how each touch-point is judged, by the newest answers of each customer, and which is the peak
-- and which the low of the journey (Kahneman et al. 1993).
with judged as (
    select
        facet as touchpoint,
        ces(score) as satisfaction,
        rate(score < $negative_below) as negative
    from customer_answer
    where construct = 'touchpoint'
    group by facet
),
ranked as (
    select
        *,
        rank() over (order by satisfaction['value'] desc) as best_rank,
        rank() over (order by satisfaction['value']) as worst_rank
    from judged
)
select
    touchpoint,
    satisfaction['value'] as satisfaction,
    satisfaction['lower'] as satisfaction_lower,
    satisfaction['upper'] as satisfaction_upper,
    negative['value'] as negative_share,
    negative['lower'] as negative_share_lower,
    negative['upper'] as negative_share_upper,
    cast(negative['numerator'] as bigint) as negative_share_numerator,
    cast(negative['denominator'] as bigint) as negative_share_denominator,
    best_rank = 1 as is_peak,
    worst_rank = 1 as is_low,
    satisfaction['n'] as n
from ranked
