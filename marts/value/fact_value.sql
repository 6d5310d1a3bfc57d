-- fact_value: the kinds of value of each segment and of all customers.
--
-- Customer equity is the sum of lifetime values and their mean times the customers. A kind is summed
-- where it is known of everybody; a sum of some would be taken for that of all.
with segmented_customers as (
    select
        'all' as segment,
        value.*
    from fact_customer_value as value
    union all
    select
        coalesce(customer.segment, 'unknown') as segment,
        value.*
    from fact_customer_value as value
    left join dim_customer as customer on value.customer_id = customer.customer_id
)
select
    segment,
    count(*) as customers,
    count(clv) as customers_valued,
    cast(sum(clv) as decimal(18, 2)) as customer_equity,
    cast(sum(clv) as double) / nullif(count(clv), 0) as mean_clv,
    case when count(crv) = count(*) then cast(sum(crv) as decimal(18, 2)) end as crv,
    case when count(cgv) = count(*) then cast(sum(cgv) as decimal(18, 2)) end as cgv,
    case when count(ckv) = count(*) then cast(sum(ckv) as decimal(18, 2)) end as ckv,
    case when count(crv) = count(*) then cast(sum(counted_twice) as decimal(18, 2)) end
        as counted_twice,
    case when count(cev) = count(*) then cast(sum(cev) as decimal(18, 2)) end as cev,
    cast(sum(known_value) as decimal(18, 2)) as known_value,
    cast(sum(partner_revenue) as decimal(18, 2)) as partner_revenue
from segmented_customers
group by segment
