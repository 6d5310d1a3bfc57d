-- customer_value_interval: the prediction interval for what each customer will bring, as of the end of the
-- period.
--
-- The customer lifetime value is a mean; the actual amount is random as well. Of 100 equal customers,
-- 95 bring an amount within the interval, each purchase being discounted from its own day. A negative margin reverses
-- it.
with histories as (
    select
        customer_id,
        frequency,
        purchase_span_days / 7.0 as span,
        tenure_days / 7.0 as age,
        mean_repeat_spend
    from customer_history_by_moment
    where moment = 'end'
),
intervals as (
    select
        history.customer_id,
        gamma_gamma_expected_spend(
            spend.model, history.frequency, history.mean_repeat_spend
        ) as expected_spend,
        purchase_model_clv_lower(
            purchase.model,
            spend.model,
            history.frequency,
            history.span,
            history.age,
            history.mean_repeat_spend,
            1.0,
            $annual_discount_rate,
            365.25 / 7.0,
            $clv_months * 365.25 / 7.0 / 12.0,
            0.95
        ) as revenue_lower,
        purchase_model_clv_upper(
            purchase.model,
            spend.model,
            history.frequency,
            history.span,
            history.age,
            history.mean_repeat_spend,
            1.0,
            $annual_discount_rate,
            365.25 / 7.0,
            $clv_months * 365.25 / 7.0 / 12.0,
            0.95
        ) as revenue_upper
    from purchase_model as purchase
    inner join gamma_gamma_model as spend on purchase.moment = spend.moment
    cross join histories as history
    where purchase.moment = 'end'
)
select
    customer_id,
    cast(
        case when expected_spend is not null
            then least($margin_rate * revenue_lower, $margin_rate * revenue_upper) end
        as decimal(18, 2)
    ) as clv_lower,
    cast(
        case when expected_spend is not null
            then greatest($margin_rate * revenue_lower, $margin_rate * revenue_upper) end
        as decimal(18, 2)
    ) as clv_upper
from intervals
