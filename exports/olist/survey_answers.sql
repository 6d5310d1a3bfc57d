-- survey_answers: the score of each review of an order.
select
    reviews.review_id || ':' || reviews.order_id as response_id,
    orders.customer_id,
    reviews.review_answer_timestamp as answered_at,
    'review_score' as question_id,
    cast(reviews.review_score as double) as score,
    cast(1 as decimal(18, 6)) as weight
from orders
right join raw_olist_order_reviews as reviews on orders.order_id = reviews.order_id
where reviews.review_score between 1 and 5
