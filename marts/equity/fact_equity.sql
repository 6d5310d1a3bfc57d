-- fact_equity: customer equity, the sum of the lifetime values of the customers already won.
--
-- Every customer counts in `all` and in one segment (`unknown` where none is known), so the segments
-- add up to the total to the cent. Estimates are rounded to decimals before they are added: a sum of
-- floats depends on the order of adding, a sum of decimals does not.
with segmented_customers as (
    select
        'all' as segment,
        p_alive,
        expected_purchases,
        tier,
        purchase_model,
        purchase_model_identified,
        spend_model_identified
    from fact_customer_equity
    union all
    select
        coalesce(customer.segment, 'unknown') as segment,
        equity.p_alive,
        equity.expected_purchases,
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
        cast(sum(cast(p_alive as decimal(18, 12))) as double) as expected_customers_alive,
        cast(sum(cast(expected_purchases as decimal(18, 9))) as double) as expected_purchases,
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
    equity.segment,
    equity.customers,
    equity.repeat_customers,
    equity.repurchase_rate,
    equity.repurchase_rate_lower,
    equity.repurchase_rate_upper,
    segments.expected_customers_alive,
    segments.expected_purchases,
    equity.customers_valued,
    equity.customer_equity,
    equity.mean_clv,
    segments.platinum_customers,
    segments.gold_customers,
    segments.iron_customers,
    segments.lead_customers,
    segments.purchase_model,
    segments.purchase_model_identified,
    segments.spend_model_identified
from equity_by_moment as equity
inner join segments on equity.segment = segments.segment
where equity.moment = 'end'
