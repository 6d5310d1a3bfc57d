-- scored_answer: every answer of a known value, from 0 the worst to 100 the best, whatever the scale and the
-- wording of its question.
select
    answer.response_id,
    answer.customer_id,
    answer.question_id,
    answer.answered_at,
    answer.weight,
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
where answer.score is not null
