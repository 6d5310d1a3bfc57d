-- questions: one row per survey question.
--
-- The list carries no time of change, so a question listed twice is taken from the last file and
-- line. It is a short list: ranking all of it costs nothing.
with versions as (
    select
        question_id,
        construct,
        facet,
        wording,
        scale_min,
        scale_max,
        direction,
        row_number() over (
            partition by question_id order by _file desc, _line desc
        ) as newest_first
    from raw_questions
)
select
    question_id,
    construct,
    facet,
    wording,
    scale_min,
    scale_max,
    direction
from versions
where newest_first = 1
