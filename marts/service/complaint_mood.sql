-- complaint_mood: the last satisfaction before a complaint and the first after it was closed, if both are known.
with answers as (
    select
        complaint.complaint_id,
        complaint.opened_at,
        complaint.resolved_at,
        answer.answered_at,
        answer.response_id,
        answer.score
    from complaint_case as complaint
    inner join scored_answer as answer on complaint.customer_id = answer.customer_id
    where
        answer.question_id = $csat_question
        and answer.answered_at < $period_end
        and answer.score is not null
),
before as (
    select
        complaint_id,
        last_value(score order by answered_at, response_id) as score
    from answers
    where answered_at < opened_at
    group by complaint_id
),
after as (
    select
        complaint_id,
        first_value(score order by answered_at, response_id) as score
    from answers
    where answered_at > resolved_at
    group by complaint_id
)
select
    after.complaint_id,
    after.score - before.score as change
from after
inner join before on after.complaint_id = before.complaint_id
