-- customer_answer: the newest answer of each customer to each question before the end of the period.
--
-- Two answers of one instant are ordered by the name of the response. Anonymous answers belong to no
-- customer.
with numbered_answers as (
    select
        customer_id,
        question_id,
        answered_at,
        construct,
        facet,
        scale_min,
        scale_max,
        score,
        row_number() over (
            partition by customer_id, question_id order by answered_at desc, response_id desc
        ) as age_rank,
        power(
            0.5,
            (
                cast($period_end - interval '1 microsecond' as date)
                - cast(answered_at as date)
            ) / cast($satisfaction_half_life_days as double)
        ) as freshness
    from scored_answer
    where answered_at < $period_end and customer_id is not null and score is not null
)
select
    customer_id,
    question_id,
    construct,
    facet,
    scale_min,
    scale_max,
    max(answered_at) as answered_at,
    count(*) as answers,
    max(score) filter (where age_rank = 1) as score,
    sum(freshness * score) / nullif(sum(freshness), 0.0) as cumulative_score
from numbered_answers
group by customer_id, question_id, construct, facet, scale_min, scale_max
