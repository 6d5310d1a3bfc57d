-- survey_answers: one row per answer from one row per response. A score off its scale is unknown.
with ranked as (
    select
        raw.*,
        row_number() over (
            partition by raw.response_id
            order by raw.updated_at desc, raw._file desc, raw._line desc
        ) as newest_first
    from customers
    inner join raw_surveys as raw on customers.customer_id = raw.customer_id
),
answers as (
    select
        response_id,
        customer_id,
        answered_at,
        unnest([
            named_struct('question_id', 'nps', 'score', nps),
            named_struct('question_id', 'csat', 'score', csat),
            named_struct('question_id', 'ces', 'score', ces),
            named_struct('question_id', 'expectation', 'score', expectation),
            named_struct('question_id', 'perceived_quality', 'score', perceived_quality),
            named_struct('question_id', 'perceived_value', 'score', perceived_value),
            named_struct('question_id', 'repurchase_intent', 'score', repurchase_intent),
            named_struct('question_id', 'switch_intent', 'score', switch_intent)
        ]) as answer
    from ranked
    where newest_first = 1
)
select
    answers.response_id,
    answers.customer_id,
    answers.answered_at,
    answers.answer['question_id'] as question_id,
    case
        when answers.answer['score'] between questions.scale_min and questions.scale_max
            then cast(answers.answer['score'] as double)
    end as score,
    cast(1 as decimal(18, 6)) as weight
from questions
inner join answers on questions.question_id = answers.answer['question_id']
where answers.answer['score'] is not null
