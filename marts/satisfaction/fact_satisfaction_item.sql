-- fact_satisfaction_item: what each question counts in the index of its construct, by the index model of the
-- period. The index of a construct is the mean of its answers by index_weight.
with items as (
    select
        unnest(model['items']) as item,
        model['n'] as n
    from satisfaction_model
)
select
    items.item['construct'] as construct,
    index_item.question_id,
    items.item['mean'] as mean_score,
    items.item['index_weight'] as index_weight,
    items.item['weight'] as outer_weight,
    items.item['weight_lower'] as outer_weight_lower,
    items.item['weight_upper'] as outer_weight_upper,
    items.item['loading'] as loading,
    items.item['loading_lower'] as loading_lower,
    items.item['loading_upper'] as loading_upper,
    items.n
from index_item
inner join items on index_item.item = items.item['item']
