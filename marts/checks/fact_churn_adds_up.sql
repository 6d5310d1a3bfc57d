-- Every customer with a known activity leaves once or is censored once, in `all` and in one segment.
with spells as (
    select
        period,
        sum(churned_customers) filter (where segment = 'all') as churned,
        sum(censored_customers) filter (where segment = 'all') as censored,
        sum(churned_customers) filter (where segment <> 'all') as churned_of_segments,
        sum(censored_customers) filter (where segment <> 'all') as censored_of_segments
    from fact_churn
    group by period
),
lives as (
    select
        period,
        count(*) filter (where not is_active) as churned,
        count(*) filter (where is_active) as censored
    from fact_customer_loyalty
    where is_active is not null and period in (select period from spells)
    group by period
)
select
    coalesce(spells.period, lives.period) as period,
    spells.churned,
    lives.churned as inactive_customers,
    spells.censored,
    lives.censored as active_customers
from spells
full join lives on spells.period = lives.period
where
    (spells.churned is distinct from lives.churned)
    or (spells.censored is distinct from lives.censored)
    or (spells.churned_of_segments is distinct from lives.churned)
    or (spells.censored_of_segments is distinct from lives.censored)
