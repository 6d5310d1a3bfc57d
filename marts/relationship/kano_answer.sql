-- kano_answer: the newest pair of answers of each customer about the presence and the absence of each attribute (Kano
-- et al. 1984): 1 like, 2 expect, 3 neutral, 4 live with, 5 dislike. Other scales are ignored.
with pairs as (
    select
        answer.response_id,
        max(answer.customer_id) as customer_id,
        max(answer.answered_at) as answered_at,
        max(answer.weight) as weight,
        question.facet as attribute,
        max(answer.score) filter (where question.construct = 'kano_functional') as functional,
        max(answer.score) filter (where question.construct = 'kano_dysfunctional') as dysfunctional
    from questions as question
    inner join survey_answers as answer on question.question_id = answer.question_id
    where
        question.construct in ('kano_functional', 'kano_dysfunctional')
        and question.scale_min = 1
        and question.scale_max = 5
        and answer.answered_at < $period_end
    group by answer.response_id, question.facet
),
numbered_pairs as (
    select
        *,
        row_number() over (
            partition by attribute, coalesce(customer_id, response_id)
            order by answered_at desc, response_id desc
        ) as age_rank
    from pairs
    where functional is not null and dysfunctional is not null
)
select
    attribute,
    customer_id,
    weight,
    functional,
    dysfunctional
from numbered_pairs
where age_rank = 1
