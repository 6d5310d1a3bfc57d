-- survey_answers: the newest answer of each response to each question, of the survey after a purchase and of
-- the yearly one.
--
-- A score off the question's scale becomes NULL: the answer was given, its value is unknown. Answers
-- to an unknown question cannot be read, and answers of a customer who is not in the register cannot
-- be credited; both are left out. An answer without a weight counts once.
with raw_answers as (
    select
        response_id,
        customer_id,
        answered_at,
        question_id,
        score,
        weight
    from raw_survey_answers
    union all
    select
        response_id,
        customer_id,
        answered_at,
        question_id,
        score,
        weight
    from raw_relationship_answers
),
answers_of_known_customers as (
    select
        raw_answers.response_id,
        raw_answers.customer_id,
        raw_answers.answered_at,
        raw_answers.question_id,
        raw_answers.score,
        raw_answers.weight
    from customers
    inner join raw_answers on customers.customer_id = raw_answers.customer_id
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
