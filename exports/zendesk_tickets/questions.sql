-- questions: the one that a rating answers.
select
    'ticket_rating' as question_id,
    'satisfaction' as construct,
    cast(null as varchar) as facet,
    cast(null as varchar) as wording,
    cast(0 as double) as scale_min,
    cast(1 as double) as scale_max,
    'positive' as direction
