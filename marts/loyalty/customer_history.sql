-- customer_history: what each customer has bought up to the end of the period.
select
    customer_id,
    first_purchase_day,
    last_purchase_day,
    purchase_days,
    frequency,
    purchase_span_days,
    recency_days,
    tenure_days,
    last_gap_days,
    total_spend,
    repeat_spend,
    mean_repeat_spend
from customer_history_by_moment
where moment = 'end'
