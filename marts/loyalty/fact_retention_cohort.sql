-- fact_retention_cohort: how many of the customers won in a month still buy, and what they have spent.
--
-- A cohort is the month of the first purchase day, whatever the length of the period, so the numbers
-- agree with dim_customer.cohort. Survival is the share of the cohort that bought in the period; it may
-- rise again, for a customer who was silent may return.
with period_purchases as (
    select
        customer_id,
        sum(spend) as period_spend
    from customer_purchase_day
    where
        purchase_day >= cast($period_start as date)
        and purchase_day <= cast($period_end - interval '1 microsecond' as date)
    group by customer_id
),
cohorts as (
    select
        cast(date_trunc('month', history.first_purchase_day) as date) as cohort,
        count(*) as customers,
        count(purchases.customer_id) as active_customers,
        count(*) filter (where history.frequency > 0) as repeat_customers,
        cast(coalesce(sum(purchases.period_spend), 0) as decimal(18, 2)) as period_spend,
        cast(sum(history.total_spend) as decimal(18, 2)) as spend_to_date
    from period_purchases as purchases
    right join customer_history as history on purchases.customer_id = history.customer_id
    group by cast(date_trunc('month', history.first_purchase_day) as date)
)
select
    cohort,
    customers,
    active_customers,
    cast(active_customers as double) / customers as cohort_survival,
    wilson_lower(active_customers, customers) as cohort_survival_lower,
    wilson_upper(active_customers, customers) as cohort_survival_upper,
    repeat_customers,
    cast(repeat_customers as double) / customers as repurchase_rate,
    wilson_lower(repeat_customers, customers) as repurchase_rate_lower,
    wilson_upper(repeat_customers, customers) as repurchase_rate_upper,
    period_spend,
    spend_to_date,
    cast(spend_to_date as double) / customers as spend_per_customer
from cohorts
