-- fact_cohort_value: what a customer of each cohort has spent by each age, as a curve.
--
-- A cohort is the month of the first purchase day. The curve ends at the age that the youngest customer of
-- the cohort has come to: beyond it the mean would be of fewer and fewer customers.
with cohorts as (
    select
        cast(date_trunc('month', first_purchase_day) as date) as cohort,
        count(*) as customers,
        cast(floor((min(tenure_days) + 1) * 12.0 / 365.25) as bigint) as complete_months
    from customer_history
    group by cast(date_trunc('month', first_purchase_day) as date)
),
ages as (
    select
        cohort,
        customers,
        unnest(range(1, complete_months + 1)) as age_months
    from cohorts
),
spends as (
    select
        cohort,
        age_months,
        sum(spend) as spend,
        sum(squares) as squares
    from cohort_spend
    group by cohort, age_months
),
curves as (
    select
        ages.cohort,
        ages.age_months,
        ages.customers,
        coalesce(sum(spends.spend) over ages_so_far, 0.00) as spend,
        coalesce(cast(sum(spends.squares) over ages_so_far as double), 0.0) as squares
    from ages
    left join spends on ages.cohort = spends.cohort and ages.age_months = spends.age_months
    window ages_so_far as (partition by ages.cohort order by ages.age_months)
),
deviations as (
    select
        *,
        cast(spend as double) / customers as mean_spend,
        sqrt(
            greatest(squares - cast(spend as double) * cast(spend as double) / customers, 0.0)
            / nullif(customers - 1, 0)
            / customers
        ) as standard_error
    from curves
)
select
    cohort,
    age_months,
    customers,
    cast(spend as decimal(18, 2)) as cumulative_spend,
    mean_spend as spend_per_customer,
    mean_spend - 1.959963984540054 * standard_error as spend_per_customer_lower,
    mean_spend + 1.959963984540054 * standard_error as spend_per_customer_upper,
    $margin_rate * mean_spend as margin_per_customer
from deviations
