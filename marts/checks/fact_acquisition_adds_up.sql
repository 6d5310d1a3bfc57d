-- Channels must add up to all of a cohort, cohorts to all customers, and a cohort to fact_retention_cohort.
with channels as (
    select
        period,
        cohort,
        sum(new_customers) as new_customers,
        sum(acquisition_cost) as acquisition_cost
    from fact_acquisition
    where acquisition_channel <> 'all'
    group by period, cohort
),
totals as (
    select
        period,
        cohort,
        new_customers,
        acquisition_cost
    from fact_acquisition
    where acquisition_channel = 'all'
),
cohorts as (
    select
        period,
        cohort,
        customers
    from fact_retention_cohort
    where period in (select period from totals)
)
select
    coalesce(totals.period, cohorts.period) as period,
    coalesce(totals.cohort, cohorts.cohort) as cohort,
    totals.new_customers,
    channels.new_customers as sum_of_channels,
    cohorts.customers,
    totals.acquisition_cost,
    channels.acquisition_cost as cost_of_channels
from totals
left join channels on totals.period = channels.period and totals.cohort = channels.cohort
full join cohorts
    on totals.period = cohorts.period and totals.cohort = cohorts.cohort
where
    (totals.new_customers is distinct from channels.new_customers)
    or (totals.new_customers is distinct from cohorts.customers)
    or (totals.acquisition_cost is distinct from channels.acquisition_cost)
