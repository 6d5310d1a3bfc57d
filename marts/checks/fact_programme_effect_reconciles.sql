-- Both arms together are everybody enrolled, with all they spent.
with enrolled as (
    select
        period,
        programme_id,
        count(*) as customers,
        sum(spend_after) as spend
    from fact_membership
    group by period, programme_id
)
select
    enrolled.period,
    enrolled.programme_id,
    enrolled.customers,
    effect.treated_customers,
    effect.control_customers,
    enrolled.spend,
    effect.treated_spend,
    effect.control_spend
from enrolled
full join fact_programme_effect as effect
    on enrolled.period = effect.period and enrolled.programme_id = effect.programme_id
where
    (enrolled.customers is distinct from effect.treated_customers + effect.control_customers)
    or (
        enrolled.spend
        is distinct from coalesce(effect.treated_spend, 0) + coalesce(effect.control_spend, 0)
    )
