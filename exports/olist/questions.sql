-- questions: the one that a review answers, where there are reviews.
select
    'review_score' as question_id,
    'satisfaction' as construct,
    cast(null as varchar) as facet,
    cast(null as varchar) as wording,
    cast(1 as double) as scale_min,
    cast(5 as double) as scale_max,
    'positive' as direction
from (select count(*) as reviews from raw_olist_order_reviews)
