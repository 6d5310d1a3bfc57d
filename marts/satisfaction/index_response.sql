-- index_response: the responses of the period, each with its answers to the questions of the index model by
-- their places. What was not asked or not answered is NULL.
with placed_answers as (
    select
        scored_answer.response_id,
        scored_answer.customer_id,
        scored_answer.answered_at,
        scored_answer.weight,
        scored_answer.score,
        index_item.item
    from index_item
    inner join scored_answer on index_item.question_id = scored_answer.question_id
    where scored_answer.answered_at >= $period_start and scored_answer.answered_at < $period_end
)
select
    response_id,
    max(customer_id) as customer_id,
    max(answered_at) as answered_at,
    max(weight) as weight,
    named_struct(
        'image_1', max(score) filter (where item = 'image_1'),
        'image_2', max(score) filter (where item = 'image_2'),
        'image_3', max(score) filter (where item = 'image_3'),
        'image_4', max(score) filter (where item = 'image_4'),
        'image_5', max(score) filter (where item = 'image_5'),
        'expectation_1', max(score) filter (where item = 'expectation_1'),
        'expectation_2', max(score) filter (where item = 'expectation_2'),
        'expectation_3', max(score) filter (where item = 'expectation_3'),
        'quality_1', max(score) filter (where item = 'quality_1'),
        'quality_2', max(score) filter (where item = 'quality_2'),
        'quality_3', max(score) filter (where item = 'quality_3'),
        'quality_4', max(score) filter (where item = 'quality_4'),
        'quality_5', max(score) filter (where item = 'quality_5'),
        'quality_6', max(score) filter (where item = 'quality_6'),
        'quality_7', max(score) filter (where item = 'quality_7'),
        'value_1', max(score) filter (where item = 'value_1'),
        'value_2', max(score) filter (where item = 'value_2'),
        'value_3', max(score) filter (where item = 'value_3'),
        'satisfaction_1', max(score) filter (where item = 'satisfaction_1'),
        'satisfaction_2', max(score) filter (where item = 'satisfaction_2'),
        'satisfaction_3', max(score) filter (where item = 'satisfaction_3'),
        'complaint_1', max(score) filter (where item = 'complaint_1'),
        'complaint_2', max(score) filter (where item = 'complaint_2'),
        'loyalty_1', max(score) filter (where item = 'loyalty_1'),
        'loyalty_2', max(score) filter (where item = 'loyalty_2'),
        'loyalty_3', max(score) filter (where item = 'loyalty_3'),
        'recommendation_1', max(score) filter (where item = 'recommendation_1')
    ) as items
from placed_answers
group by response_id
