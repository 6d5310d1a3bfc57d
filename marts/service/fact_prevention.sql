-- fact_prevention: whom it pays to keep from leaving, by what an offer is expected to save.
--
-- The customer most likely to leave is not the one whom an offer keeps (Ascarza 2018). What it saves is the chance that the
-- customer has left or leaves × what an offer changes × the value of a customer who stays, less its cost (Neslin et al.
-- 2006). What an offer changes is taken from the largest campaign with controls and is the same for everybody, so ranks
-- differ by chance of leaving and by value only.
with campaign as (
    select
        campaign_id,
        uplift
    from fact_win_back
    where uplift is not null
    order by treated_customers + control_customers desc, campaign_id
    limit 1
),
values_kept as (
    select
        equity.customer_id,
        campaign.campaign_id,
        campaign.uplift,
        1.0 - equity.p_alive as churn_probability,
        cast(
            $margin_rate * equity.expected_spend * equity.discounted_purchases
            / nullif(equity.p_alive, 0.0)
            as decimal(18, 2)
        ) as value_if_kept
    from fact_customer_equity as equity
    cross join campaign
),
saved as (
    select
        customer_id,
        campaign_id,
        uplift,
        churn_probability,
        value_if_kept,
        cast(
            churn_probability * uplift * cast(value_if_kept as double) - $offer_cost
            as decimal(18, 2)
        ) as save_value
    from values_kept
)
select
    customer_id,
    campaign_id,
    churn_probability,
    uplift,
    value_if_kept,
    save_value,
    save_value > 0 as is_worth_an_offer,
    rank() over (order by save_value desc) as save_rank
from saved
where save_value is not null
