-- Customer equity of the period, everybody first.
select
    segment,
    customers,
    repeat_customers,
    repurchase_rate,
    repurchase_rate_lower,
    repurchase_rate_upper,
    expected_customers_alive,
    customers_valued,
    customer_equity,
    mean_clv,
    platinum_customers,
    gold_customers,
    iron_customers,
    lead_customers,
    purchase_model,
    purchase_model_identified,
    spend_model_identified
from fact_equity
where period = $period
order by segment <> 'all', segment
