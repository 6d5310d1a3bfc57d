-- index_item: the place of each question in the index model, such as quality_2 for the second question of
-- quality by name.
select
    question_id,
    construct,
    concat(
        construct,
        '_',
        cast(row_number() over (partition by construct order by question_id) as varchar)
    ) as item
from questions
where
    construct in (
        'image',
        'expectation',
        'quality',
        'value',
        'satisfaction',
        'complaint',
        'loyalty',
        'recommendation'
    )
