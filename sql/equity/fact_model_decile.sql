-- fact_model_decile: what the model of the period's start expected of its customers, a tenth of them at a time, and
-- what they bought in the period.
--
-- Customers of whom the same is expected are in one tenth, the better one, so that no chance parts them;
-- tenths may hold more or fewer than a tenth for it. Customers do not buy evenly, so the limits of the error come
-- from how much the errors differ within the tenth.
with forecasts as (
    select
        fitted.model['model'] as model,
        holdout.purchases,
        purchase_model_expected_purchases(
            fitted.model,
            holdout.frequency,
            holdout.purchase_span_days / 7.0,
            holdout.tenure_days / 7.0,
            holdout.days / 7.0
        ) as expected
    from customer_holdout as holdout
    cross join purchase_model as fitted
    where fitted.moment = 'start' and fitted.model['customers'] > 0
),
ranked as (
    select
        model,
        purchases,
        expected,
        10 * (rank() over (order by expected desc) - 1) / count(*) over () + 1 as decile
    from forecasts
),
errors as (
    select
        model,
        decile,
        count(*) as customers,
        min(expected) as lowest_expected,
        max(expected) as highest_expected,
        sum(purchases) as purchases,
        sum(expected) as expected,
        avg(purchases - expected) as mean_error,
        1.959963984540054 * stddev_samp(purchases - expected) / sqrt(count(*)) as reach
    from ranked
    group by model, decile
)
select
    model,
    decile,
    customers,
    lowest_expected,
    highest_expected,
    purchases as actual_purchases,
    expected as expected_purchases,
    mean_error,
    mean_error - reach as mean_error_lower,
    mean_error + reach as mean_error_upper
from errors
