-- questions: the catalogue of a survey that has one column per question.
select
    column1 as question_id,
    column2 as construct,
    cast(null as string) as facet,
    cast(null as string) as wording,
    cast(column3 as double) as scale_min,
    cast(column4 as double) as scale_max,
    column5 as direction
from (
    values
        ('nps', 'recommendation', 0, 10, 'positive'),
        ('csat', 'satisfaction', 1, 5, 'positive'),
        ('ces', 'effort', 1, 7, 'positive'),
        ('expectation', 'expectation', 1, 10, 'positive'),
        ('perceived_quality', 'quality', 1, 10, 'positive'),
        ('perceived_value', 'value', 1, 10, 'positive'),
        ('repurchase_intent', 'loyalty', 1, 10, 'positive'),
        ('switch_intent', 'switching', 1, 10, 'reverse')
)
