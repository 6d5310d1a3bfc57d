-- driver_response: how satisfied those are who answered in the period, and what they think of what may explain it.
--
-- A response is one row: the answer to the question of satisfaction, without which it explains nothing, and the
-- mean of the answers to the questions of each driver, all from 0 to 100.
select
    response_id,
    max(weight) as weight,
    max(score) filter (where question_id = $csat_question) as satisfaction,
    avg(score) filter (where construct = 'image') as image,
    avg(score) filter (where construct = 'expectation') as expectation,
    avg(score) filter (where construct = 'quality') as quality,
    avg(score) filter (where construct = 'value') as value,
    avg(score) filter (where construct = 'effort') as ease
from scored_answer
where answered_at >= $period_start and answered_at < $period_end
group by response_id
having max(score) filter (where question_id = $csat_question) is not null
