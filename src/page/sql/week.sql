-- Repeat purchases of each week against those that the model expects.
select
    model,
    week,
    customers,
    actual_purchases,
    expected_purchases,
    actual_purchases_so_far,
    expected_purchases_so_far
from fact_model_week
where period = $period
order by week
