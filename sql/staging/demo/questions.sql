-- questions: one row per survey question, of the survey after a purchase and of the yearly one.
select
    question_id,
    construct,
    facet,
    wording,
    scale_min,
    scale_max,
    direction
from raw_questions
union all
select
    question_id,
    construct,
    facet,
    wording,
    scale_min,
    scale_max,
    direction
from raw_relationship_questions
