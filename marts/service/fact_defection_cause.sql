-- fact_defection_cause: why lapsed customers have left, as far as known.
--
-- A customer may have named several causes, so shares may add up to more than 1; those who named none have an unknown
-- one. Causes are ranked by how many named them, the unknown last.
with lapsed as (
    select customer_id
    from fact_customer_loyalty
    where stage = 'lapsed'
),
causes as (
    select
        coalesce(named.cause, 'unknown') as cause,
        count(*) as customers
    from lapsed
    left join customer_cause as named on lapsed.customer_id = named.customer_id
    group by coalesce(named.cause, 'unknown')
),
whole as (
    select count(*) as lapsed_customers
    from lapsed
),
ranked as (
    select
        cause,
        customers,
        row_number() over (order by cause = 'unknown', customers desc, cause) as cause_rank,
        sum(customers) filter (where cause <> 'unknown') over (
            order by cause = 'unknown', customers desc, cause
        ) as mentions_so_far,
        sum(customers) filter (where cause <> 'unknown') over () as mentions
    from causes
)
select
    ranked.cause,
    whole.lapsed_customers,
    ranked.customers,
    cast(ranked.customers as double) / whole.lapsed_customers as cause_share,
    wilson_lower(ranked.customers, whole.lapsed_customers) as cause_share_lower,
    wilson_upper(ranked.customers, whole.lapsed_customers) as cause_share_upper,
    case when ranked.cause <> 'unknown' then ranked.cause_rank end as cause_rank,
    case
        when ranked.cause <> 'unknown'
            then cast(ranked.mentions_so_far as double) / ranked.mentions
    end as cumulative_mention_share,
    incidence.incidence as cumulative_incidence,
    incidence.incidence_lower as cumulative_incidence_lower,
    incidence.incidence_upper as cumulative_incidence_upper
from ranked
cross join whole
left join defection_incidence as incidence on ranked.cause = incidence.cause
