-- fact_dynamic_equity: customer equity including customers yet to be acquired.
--
-- Static equity is of the customers already won. Dynamic equity adds the cohorts of the years to come
-- (Villanueva and Hanssens 2007), acquired evenly over each year and so discounted to its middle. A year's
-- cohort is as large as that of the last year, grown by $new_customer_growth a year; each of its customers
-- is worth the first purchase and those expected after it, less what winning one has cost. Whether and how
-- far to look ahead is a decision: without $future_cohort_years the result is NULL.
with newcomers as (
    select
        unnest(['all', customer.segment]) as segment,
        history.tenure_days < 365 as is_new,
        history.tenure_days,
        profile.acquisition_cost
    from customer_transition as customer
    inner join customer_history as history on customer.customer_id = history.customer_id
    left join dim_customer as profile on customer.customer_id = profile.customer_id
),
cohorts as (
    select
        segment,
        count(*) filter (where is_new) as new_customers,
        count(acquisition_cost) filter (where is_new) as costed_customers,
        cast(sum(acquisition_cost) filter (where is_new) as double)
            / nullif(count(acquisition_cost) filter (where is_new), 0) as cost_per_customer
    from newcomers
    group by segment
),
shop as (
    select max(tenure_days) >= 364 as is_year_complete
    from newcomers
),
worth as (
    select
        $margin_rate
        * gamma_gamma_expected_spend(spend.model, 0, null)
        * (
            1.0 + purchase_model_discounted_purchases(
                purchase.model,
                0,
                0.0,
                0.0,
                $clv_months,
                365.25 / 7.0 / 12.0,
                power(1.0 + $annual_discount_rate, 1.0 / 12.0) - 1.0
            )
        ) as value_of_new_customer,
        (1.0 + $new_customer_growth) / (1.0 + $annual_discount_rate) as ratio
    from purchase_model as purchase
    inner join gamma_gamma_model as spend on purchase.moment = spend.moment
    where purchase.moment = 'end'
),
judged as (
    select
        equity.segment,
        equity.customer_equity,
        case when shop.is_year_complete then cohorts.new_customers end as new_customers,
        cohorts.cost_per_customer,
        worth.value_of_new_customer,
        sqrt(1.0 + $annual_discount_rate) * case
            when abs(worth.ratio - 1.0) < 1e-9 then cast($future_cohort_years as double)
            else
                worth.ratio
                * (1.0 - power(worth.ratio, cast($future_cohort_years as double)))
                / (1.0 - worth.ratio)
        end as cohorts_ahead,
        case
            when $future_cohort_years <= 0 then 'not_asked_for'
            when not shop.is_year_complete then 'less_than_a_year'
            when cohorts.new_customers > 0 and cohorts.costed_customers = 0 then 'no_cost_known'
            when equity.customer_equity is null or worth.value_of_new_customer is null
                then 'no_model'
        end as reason
    from fact_equity as equity
    inner join cohorts on equity.segment = cohorts.segment
    cross join shop
    cross join worth
),
valued as (
    select
        *,
        case
            when reason is not null then null
            when new_customers = 0 then 0.00
            else
                cast(
                    new_customers * (value_of_new_customer - cost_per_customer) * cohorts_ahead
                    as decimal(18, 2)
                )
        end as future_equity
    from judged
)
select
    segment,
    customer_equity as static_equity,
    new_customers,
    value_of_new_customer,
    cost_per_customer,
    $future_cohort_years as future_cohort_years,
    $new_customer_growth as new_customer_growth,
    future_equity,
    cast(customer_equity + future_equity as decimal(18, 2)) as dynamic_equity,
    reason as dynamic_equity_reason
from valued
