-- customer_valuation: what each customer was worth at the start of the period, and is worth at its end.
--
-- The customer lifetime value is margin × expected spend of a purchase day × discounted purchases to
-- come. Purchases are counted month by month, a month being the twelfth part of 365.25 days, and
-- those of month k are discounted by (1 + annual rate)^(k/12). It values the future of a customer
-- already won; what the acquisition cost is spent and not part of it. Rounding the value to the cent
-- comes before ranking and adding, so tables that add it up agree to the cent.
--
-- Customers at the start are valued by the model of the start and also by the model of the end, which
-- separates the effect of the new model from that of customers' behaviour. The second value is also projected to the
-- end, as if everything had happened as expected: it earns the discount rate, less the margin that was expected of
-- the period, plus that of the time by which the horizon has moved.
with period_length as (
    select
        (
            cast($period_end - interval '1 microsecond' as date)
            - cast($period_start - interval '1 microsecond' as date)
        ) / 7.0 as weeks
),
histories as (
    select
        moment,
        customer_id,
        frequency,
        purchase_span_days / 7.0 as span,
        tenure_days / 7.0 as age,
        mean_repeat_spend
    from customer_history_by_moment
    where moment <> 'previous_start'
),
estimates as (
    select
        history.moment,
        purchase.moment as model_moment,
        history.customer_id,
        history.frequency,
        history.span,
        history.age,
        purchase.model,
        spend.model['identified'] as spend_model_identified,
        purchase_model_discounted_purchases(
            purchase.model,
            history.frequency,
            history.span,
            history.age,
            $clv_months,
            365.25 / 7.0 / 12.0,
            power(1.0 + $annual_discount_rate, 1.0 / 12.0) - 1.0
        ) as discounted_purchases,
        gamma_gamma_expected_spend(
            spend.model, history.frequency, history.mean_repeat_spend
        ) as expected_spend
    from purchase_model as purchase
    inner join gamma_gamma_model as spend on purchase.moment = spend.moment
    inner join histories as history
        on purchase.moment = history.moment or purchase.moment = 'end'
)
select
    estimate.moment,
    estimate.model_moment,
    estimate.customer_id,
    estimate.frequency,
    estimate.model['model'] as purchase_model,
    estimate.model['identified'] as purchase_model_identified,
    estimate.spend_model_identified,
    case
        when estimate.moment = 'end'
            then purchase_model_p_alive(
                estimate.model, estimate.frequency, estimate.span, estimate.age
            )
    end as p_alive,
    case
        when estimate.moment = 'end'
            then purchase_model_expected_purchases(
                estimate.model, estimate.frequency, estimate.span, estimate.age, $forecast_weeks
            )
    end as expected_purchases,
    estimate.discounted_purchases,
    estimate.expected_spend,
    cast($margin_rate * estimate.expected_spend * estimate.discounted_purchases as decimal(18, 2))
        as clv,
    case
        when estimate.moment <> estimate.model_moment
            then
            cast(
                $margin_rate * estimate.expected_spend * (
                    estimate.discounted_purchases
                    * power(1.0 + $annual_discount_rate, period.weeks * 7.0 / 365.25)
                    - purchase_model_expected_purchases(
                        estimate.model, estimate.frequency, estimate.span, estimate.age, period.weeks
                    )
                    + power(1.0 + $annual_discount_rate, - $clv_months / 12.0) * (
                        purchase_model_expected_purchases(
                            estimate.model,
                            estimate.frequency,
                            estimate.span,
                            estimate.age,
                            $clv_months * 365.25 / 7.0 / 12.0 + period.weeks
                        )
                        - purchase_model_expected_purchases(
                            estimate.model,
                            estimate.frequency,
                            estimate.span,
                            estimate.age,
                            $clv_months * 365.25 / 7.0 / 12.0
                        )
                    )
                ) as decimal(18, 2)
            )
    end as carried_clv
from estimates as estimate
cross join period_length as period
