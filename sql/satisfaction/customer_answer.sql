-- customer_answer: the newest answer of each customer to each question before the end of the period.
--
-- Answers are put on a scale from 0 to 100 with 100 the best, whatever the scale and the wording of the
-- question. Two answers of one instant are told apart by the name of the response. Anonymous answers are
-- nobody's, and an answer of no known value says nothing.
with answers as (
    select
        answer.customer_id,
        answer.question_id,
        answer.answered_at,
        answer.response_id,
        question.construct,
        question.facet,
        question.scale_min,
        question.scale_max,
        100.0 * case
            when question.direction = 'reverse' then question.scale_max - answer.score
            else answer.score - question.scale_min
        end / nullif(question.scale_max - question.scale_min, 0.0) as score
    from questions as question
    inner join survey_answers as answer on question.question_id = answer.question_id
    where
        answer.answered_at < $period_end
        and answer.customer_id is not null
        and answer.score is not null
),
numbered_answers as (
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
    from answers
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
