-- Which share of the customers won in a month bought in each period, over all periods up to this one.
select
    cohort,
    period,
    customers,
    active_customers,
    cohort_survival,
    cohort_survival_lower,
    cohort_survival_upper,
    spend_to_date,
    spend_per_customer
from fact_retention_cohort
where period <= $period
order by cohort, period
