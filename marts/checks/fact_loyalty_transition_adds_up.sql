-- Each row of the matrix must count its customers once, the segments those of all, and the ends of all the
-- customers that fact_customer_loyalty has at that stage.
with matrix_rows as (
    select
        period,
        segment,
        stage_at_start,
        sum(customers) as customers,
        min(customers_at_start) as least,
        max(customers_at_start) as most,
        sum(transition_share) as share
    from fact_loyalty_transition
    group by period, segment, stage_at_start
),
ends as (
    select
        period,
        stage_at_end,
        sum(customers) filter (where segment = 'all') as customers,
        sum(customers) filter (where segment <> 'all') as customers_of_segments
    from fact_loyalty_transition
    group by period, stage_at_end
),
stages as (
    select
        period,
        coalesce(stage, 'unknown') as stage,
        count(*) as customers
    from fact_customer_loyalty
    where period in (select period from matrix_rows)
    group by period, coalesce(stage, 'unknown')
)
select
    period,
    segment,
    stage_at_start as stage,
    customers,
    most as expected
from matrix_rows
where customers <> least or customers <> most or abs(share - 1.0) > 1e-9
union all
select
    coalesce(ends.period, stages.period) as period,
    'all' as segment,
    coalesce(ends.stage_at_end, stages.stage) as stage,
    ends.customers,
    stages.customers as expected
from ends
full join stages on ends.period = stages.period and ends.stage_at_end = stages.stage
where
    (ends.customers is distinct from stages.customers)
    or (ends.customers is distinct from ends.customers_of_segments)
