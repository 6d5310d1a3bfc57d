-- survey_answers: the newest answer of each response to each question.
--
-- The newest row by answered_at wins, then the last file and line; only the few repeated keys are
-- ranked. A score off the question's scale becomes NULL: the answer was given, its value is
-- unknown. Answers to an unknown question cannot be read, and answers of a customer who is not in
-- the register cannot be credited; both are left out. An answer without a weight counts once.
with repeated_keys as (
    select response_id, question_id
    from raw_survey_answers
    group by response_id, question_id
    having count(*) > 1
),
repeated_versions as (
    select
        raw.response_id,
        raw.customer_id,
        raw.answered_at,
        raw.question_id,
        raw.score,
        raw.weight,
        row_number() over (
            partition by raw.response_id, raw.question_id
            order by raw.answered_at desc, raw._file desc, raw._line desc
        ) as newest_first
    from repeated_keys
    inner join raw_survey_answers as raw
        on repeated_keys.response_id = raw.response_id
            and repeated_keys.question_id = raw.question_id
),
newest_answers as (
    select
        raw.response_id,
        raw.customer_id,
        raw.answered_at,
        raw.question_id,
        raw.score,
        raw.weight
    from repeated_keys
    right anti join raw_survey_answers as raw
        on repeated_keys.response_id = raw.response_id
            and repeated_keys.question_id = raw.question_id
    union all
    select
        response_id,
        customer_id,
        answered_at,
        question_id,
        score,
        weight
    from repeated_versions
    where newest_first = 1
),
answers_of_known_customers as (
    select
        newest_answers.response_id,
        newest_answers.customer_id,
        newest_answers.answered_at,
        newest_answers.question_id,
        newest_answers.score,
        newest_answers.weight
    from customers
    inner join newest_answers on customers.customer_id = newest_answers.customer_id
)
select
    answers.response_id,
    answers.customer_id,
    answers.answered_at,
    answers.question_id,
    case
        when answers.score between questions.scale_min and questions.scale_max then answers.score
    end as score,
    cast(coalesce(answers.weight, 1) as decimal(18, 6)) as weight
from questions
inner join answers_of_known_customers as answers on questions.question_id = answers.question_id
