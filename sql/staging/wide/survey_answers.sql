-- survey_answers: one row per answer from one row per response. A score off its scale is unknown.
with answers as (
    select
        surveys.response_id,
        surveys.customer_id,
        surveys.answered_at,
        unnest([
            named_struct('question_id', 'nps', 'score', surveys.nps),
            named_struct('question_id', 'csat', 'score', surveys.csat),
            named_struct('question_id', 'ces', 'score', surveys.ces),
            named_struct('question_id', 'expectation', 'score', surveys.expectation),
            named_struct('question_id', 'perceived_quality', 'score', surveys.perceived_quality),
            named_struct('question_id', 'perceived_value', 'score', surveys.perceived_value),
            named_struct('question_id', 'repurchase_intent', 'score', surveys.repurchase_intent),
            named_struct('question_id', 'switch_intent', 'score', surveys.switch_intent)
        ]) as answer
    from customers
    inner join raw_surveys as surveys on customers.customer_id = surveys.customer_id
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
