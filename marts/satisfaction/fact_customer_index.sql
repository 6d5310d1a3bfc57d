-- fact_customer_index: the indices of single customers by the index model of the period, from the newest response
-- of the period that answers all questions of satisfaction. What the model does not have is NULL.
with scored_responses as (
    select
        response.response_id,
        response.customer_id,
        response.answered_at,
        response.items,
        fitted.model,
        try_pls_score(fitted.model, response.items, 'satisfaction') as satisfaction_index
    from index_response as response
    cross join satisfaction_model as fitted
    where response.customer_id is not null
),
numbered_responses as (
    select
        *,
        row_number() over (
            partition by customer_id order by answered_at desc, response_id desc
        ) as age_rank
    from scored_responses
    where satisfaction_index is not null
)
select
    customer_id,
    answered_at,
    satisfaction_index,
    try_pls_score(model, items, 'image') as image_index,
    try_pls_score(model, items, 'expectation') as expectation_index,
    try_pls_score(model, items, 'quality') as quality_index,
    try_pls_score(model, items, 'value') as value_index,
    try_pls_score(model, items, 'complaint') as complaint_index,
    try_pls_score(model, items, 'loyalty') as loyalty_index
from numbered_responses
where age_rank = 1
