-- complaint_voice: how many of those who are dissatisfied say so (Hirschman 1970).
--
-- Who is dissatisfied is known of those who were asked, so answers count with their weights. Of each customer the last
-- dissatisfied answer counts whose days for a complaint are over, so that no voice is missed for being young.
with dissatisfied_answers as (
    select
        customer_id,
        max(answered_at) as answered_at,
        last_value(weight order by answered_at, response_id) as weight
    from scored_answer
    where
        question_id = $csat_question
        and customer_id is not null
        and score < $dissatisfied_below
        and answered_at + $voice_days * interval '1 day' < $period_end
        and cast($period_end - interval '1 microsecond' as date) - cast(answered_at as date)
        < $service_window_days
    group by customer_id
),
voices as (
    select
        answer.customer_id,
        answer.weight,
        coalesce(
            bool_or(
                complaint.opened_at >= answer.answered_at
                and complaint.opened_at <= answer.answered_at + $voice_days * interval '1 day'
            ),
            false
        ) as has_complained
    from dissatisfied_answers as answer
    left join complaint_case as complaint on answer.customer_id = complaint.customer_id
    group by answer.customer_id, answer.weight
)
select
    count(*) as dissatisfied_customers,
    rate(has_complained, weight) as voice
from voices
