-- fact_equity: customer equity, the sum of the lifetime values of the customers already won.
--
-- Every customer counts in `all` and in one segment (`unknown` where none is known), so the segments
-- add up to the total to the cent. Estimates are rounded to decimals before they are added: a sum of
-- floats depends on the order of adding, a sum of decimals does not.
with segmented_customers as (
    select
        'all' as segment,
        frequency,
        p_alive,
        expected_purchases,
        clv,
        tier,
        purchase_model,
        purchase_model_identified,
        spend_model_identified
    from fact_customer_equity
    union all
    select
        coalesce(customer.segment, 'unknown') as segment,
        equity.frequency,
        equity.p_alive,
        equity.expected_purchases,
        equity.clv,
        equity.tier,
        equity.purchase_model,
        equity.purchase_model_identified,
        equity.spend_model_identified
    from fact_customer_equity as equity
    left join dim_customer as customer on equity.customer_id = customer.customer_id
),
segments as (
    select
        segment,
        count(*) as customers,
        count(*) filter (where frequency > 0) as repeat_customers,
        count(clv) as customers_valued,
        cast(sum(cast(p_alive as decimal(18, 12))) as double) as expected_customers_alive,
        cast(sum(cast(expected_purchases as decimal(18, 9))) as double) as expected_purchases,
        cast(sum(clv) as decimal(18, 2)) as customer_equity,
        count(*) filter (where tier = 'platinum') as platinum_customers,
        count(*) filter (where tier = 'gold') as gold_customers,
        count(*) filter (where tier = 'iron') as iron_customers,
        count(*) filter (where tier = 'lead') as lead_customers,
        min(purchase_model) as purchase_model,
        bool_and(purchase_model_identified) as purchase_model_identified,
        bool_and(spend_model_identified) as spend_model_identified
    from segmented_customers
    group by segment
)
select
    segment,
    customers,
    repeat_customers,
    cast(repeat_customers as double) / customers as repurchase_rate,
    wilson_lower(repeat_customers, customers) as repurchase_rate_lower,
    wilson_upper(repeat_customers, customers) as repurchase_rate_upper,
    expected_customers_alive,
    expected_purchases,
    customers_valued,
    customer_equity,
    cast(customer_equity as double) / nullif(customers_valued, 0) as mean_clv,
    platinum_customers,
    gold_customers,
    iron_customers,
    lead_customers,
    purchase_model,
    purchase_model_identified,
    spend_model_identified
from segments
