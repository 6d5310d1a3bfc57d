-- What the model of the start of the period expected of it, by tenths of the customers, and what came.
select
    model,
    decile,
    customers,
    actual_purchases,
    expected_purchases,
    expected_purchases_lower,
    expected_purchases_upper
from fact_model_decile
where period = $period
order by decile
