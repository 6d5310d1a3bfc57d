-- questions: one row per survey question.
select
    question_id,
    construct,
    facet,
    wording,
    scale_min,
    scale_max,
    direction
from raw_questions
