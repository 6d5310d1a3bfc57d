-- employee_answers: what the people of each region answer about their work, from a scale of 1 to 5.
select
    response_id,
    unit,
    answered_at,
    question_id,
    case when score between 1 and 5 then (score - 1) * 25.0 end as score
from raw_employee_answers
