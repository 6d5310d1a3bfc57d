-- dim_customer: one row per customer of the register, with the first purchase.
--
-- The first order is the first one completed with at least one line: a cancelled or returned order
-- is not a purchase and starts no cohort.
with first_purchases as (
    select
        customer_id,
        min(ordered_at) as first_order_at
    from fact_order_line
    where status = 'completed'
    group by customer_id
)
select
    customers.customer_id,
    customers.first_seen_at,
    first_purchases.first_order_at,
    cast(date_trunc('month', first_purchases.first_order_at) as date) as cohort,
    customers.segment,
    customers.region,
    customers.acquisition_channel,
    customers.acquisition_cost,
    customers.birth_year
from first_purchases
right join customers on first_purchases.customer_id = customers.customer_id
