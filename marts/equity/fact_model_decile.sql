-- fact_model_decile: expected purchases by the model of the period's start, by deciles of customers, and
-- actual purchases in the period.
--
-- Customers with the same expectation are in one decile, the higher one, so that none are separated
-- by chance; so deciles may have more or fewer than a tenth. Customers buy independently of each other, so their
-- variances in the model add up.
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
        ) as expected,
        purchase_model_purchases_variance(
            fitted.model,
            holdout.frequency,
            holdout.purchase_span_days / 7.0,
            holdout.tenure_days / 7.0,
            holdout.days / 7.0
        ) as variance
    from customer_holdout as holdout
    cross join purchase_model as fitted
    where fitted.moment = 'start' and fitted.model['customers'] > 0
),
ranked as (
    select
        model,
        purchases,
        expected,
        variance,
        10 * (rank() over (order by expected desc) - 1) / count(*) over () + 1 as decile
    from forecasts
),
deciles as (
    select
        model,
        decile,
        count(*) as customers,
        min(expected) as lowest_expected,
        max(expected) as highest_expected,
        sum(purchases) as purchases,
        sum(expected) as expected,
        1.959963984540054 * sqrt(sum(variance)) as reach
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
    greatest(0.0, expected - reach) as expected_purchases_lower,
    expected + reach as expected_purchases_upper
from deciles
