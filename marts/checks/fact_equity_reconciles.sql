-- Customer equity must be the sum of the customers' values to the cent, and so must the segments.
with customer_sums as (
    select
        period,
        count(*) as customers,
        sum(clv) as customer_equity
    from fact_customer_equity
    group by period
),
totals as (
    select period, customers, customer_equity
    from fact_equity
    where segment = 'all'
),
segment_sums as (
    select
        period,
        sum(customers) as customers,
        sum(customer_equity) as customer_equity
    from fact_equity
    where segment <> 'all'
    group by period
)
select
    coalesce(customer_sums.period, totals.period) as period,
    customer_sums.customer_equity as sum_of_customers,
    totals.customer_equity as total,
    segment_sums.customer_equity as sum_of_segments
from customer_sums
full join totals on customer_sums.period = totals.period
left join segment_sums on totals.period = segment_sums.period
where
    (customer_sums.customers is distinct from totals.customers)
    or (customer_sums.customers is distinct from segment_sums.customers)
    or (customer_sums.customer_equity is distinct from totals.customer_equity)
    or (customer_sums.customer_equity is distinct from segment_sums.customer_equity)
