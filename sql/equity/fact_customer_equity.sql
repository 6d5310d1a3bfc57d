-- fact_customer_equity: what each customer may still do and is worth, per period.
--
-- The customer lifetime value is margin × expected spend of a purchase day × discounted purchases to
-- come. Purchases are counted month by month, a month being the twelfth part of 365.25 days, and
-- those of month k are discounted by (1 + annual rate)^(k/12). It values the future of a customer already won; what the
-- acquisition cost is spent and not part of it.
--
-- Tiers (Zeithaml, Rust and Lemon 2001) rank the valued customers by their value. The shares add up:
-- the gold share includes the platinum customers. A tier takes the first ⌈share × n⌉ and everybody
-- equal to the last of them; a customer worth nothing or less is lead whatever the rank. Rounding the
-- value to the cent comes before ranking and adding, so tables that add it up agree to the cent.
-- Every row says which model its numbers rest on, and whether the data tell that model's parameters.
with estimates as (
    select
        history.customer_id,
        history.frequency,
        purchase.model['model'] as purchase_model,
        purchase.model['identified'] as purchase_model_identified,
        spend.model['identified'] as spend_model_identified,
        purchase_model_p_alive(
            purchase.model,
            history.frequency,
            history.purchase_span_days / 7.0,
            history.tenure_days / 7.0
        ) as p_alive,
        purchase_model_expected_purchases(
            purchase.model,
            history.frequency,
            history.purchase_span_days / 7.0,
            history.tenure_days / 7.0,
            $forecast_weeks
        ) as expected_purchases,
        purchase_model_discounted_purchases(
            purchase.model,
            history.frequency,
            history.purchase_span_days / 7.0,
            history.tenure_days / 7.0,
            $clv_months,
            365.25 / 7.0 / 12.0,
            power(1.0 + $annual_discount_rate, 1.0 / 12.0) - 1.0
        ) as discounted_purchases,
        gamma_gamma_expected_spend(
            spend.model, history.frequency, history.mean_repeat_spend
        ) as expected_spend
    from customer_history as history
    cross join purchase_model as purchase
    cross join gamma_gamma_model as spend
),
valued_customers as (
    select
        customer_id,
        frequency,
        purchase_model,
        purchase_model_identified,
        spend_model_identified,
        p_alive,
        expected_purchases,
        discounted_purchases,
        expected_spend,
        cast($margin_rate * expected_spend * discounted_purchases as decimal(18, 2)) as clv
    from estimates
),
ranked_customers as (
    select
        customer_id,
        frequency,
        purchase_model,
        purchase_model_identified,
        spend_model_identified,
        p_alive,
        expected_purchases,
        discounted_purchases,
        expected_spend,
        clv,
        -- The number of customers worth more. It is below share × n exactly for the first
        -- ⌈share × n⌉ and their equals; in decimals, because 0.07 × 100 is above 7 in floats.
        cast(rank() over (order by clv desc nulls last) - 1 as decimal(20, 0)) as customers_above,
        cast(count(clv) over () as decimal(20, 0)) as customers_valued
    from valued_customers
)
select
    customer_id,
    frequency,
    p_alive,
    expected_purchases,
    discounted_purchases,
    expected_spend,
    clv,
    case
        when clv is null then null
        when clv <= 0 then 'lead'
        when customers_above < cast($platinum_share as decimal(9, 6)) * customers_valued
            then 'platinum'
        when customers_above < cast($gold_share as decimal(9, 6)) * customers_valued then 'gold'
        when customers_above < cast($iron_share as decimal(9, 6)) * customers_valued then 'iron'
        else 'lead'
    end as tier,
    purchase_model,
    purchase_model_identified,
    spend_model_identified
from ranked_customers
