-- fact_model_comparison: the purchase models, fitted to what was known at the start of the period, by how well they
-- foretold it.
--
-- A model is better where its squared errors are not significantly larger than the smallest and its BIC is the
-- smallest of those (purchase_model_comparison). Which one the other tables rest on is a parameter.
with compared as (
    select
        count(*) as customers,
        max(days) as holdout_days,
        purchase_model_comparison(
            frequency, purchase_span_days / 7.0, tenure_days / 7.0, purchases, days / 7.0
        ) as models
    from customer_holdout
),
found as (
    select
        customers,
        holdout_days,
        unnest(models) as model
    from compared
)
select
    model['model'] as model,
    cast(model['rank'] as bigint) as rank,
    model['model'] = $purchase_model as is_used,
    customers,
    holdout_days,
    cast(model['holdout_actual'] as bigint) as actual_purchases,
    model['holdout_predicted'] as expected_purchases,
    model['holdout_mae'] as mean_absolute_error,
    model['holdout_rmse'] as root_mean_squared_error,
    model['holdout_correlation'] as correlation,
    cast(model['parameters'] as bigint) as parameters,
    model['log_likelihood'] as log_likelihood,
    model['bic'] as bic,
    model['converged'] as converged,
    model['identified'] as identified,
    model['flags'] as flags
from found
