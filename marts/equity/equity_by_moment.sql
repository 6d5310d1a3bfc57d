-- equity_by_moment: customers, those of them who came back, and what they were worth, at the start of the period
-- and at its end.
--
-- Either is seen with the model that was fitted then. Every customer counts in `all` and in one segment
-- (`unknown` where none is known), so the segments add up to the total to the cent.
with segmented_customers as (
    select
        valuation.moment,
        unnest(['all', coalesce(customer.segment, 'unknown')]) as segment,
        valuation.frequency,
        valuation.clv
    from customer_valuation as valuation
    left join dim_customer as customer on valuation.customer_id = customer.customer_id
    where valuation.moment = valuation.model_moment
),
segments as (
    select
        moment,
        segment,
        count(*) as customers,
        count(*) filter (where frequency > 0) as repeat_customers,
        count(clv) as customers_valued,
        cast(sum(clv) as decimal(18, 2)) as customer_equity
    from segmented_customers
    group by moment, segment
)
select
    moment,
    segment,
    customers,
    repeat_customers,
    cast(repeat_customers as double) / customers as repurchase_rate,
    wilson_lower(repeat_customers, customers) as repurchase_rate_lower,
    wilson_upper(repeat_customers, customers) as repurchase_rate_upper,
    customers_valued,
    customer_equity,
    cast(customer_equity as double) / nullif(customers_valued, 0) as mean_clv
from segments
