-- fact_loyalty_transition: transitions of customers between lifecycle stages, within the period.
--
-- A row of the matrix is a stage at the start; its shares add up to one over the stages that have
-- customers at the end. A cell without customers is a share of 0 with an interval, not a missing cell.
with moves as (
    select
        unnest(['all', segment]) as segment,
        stage_at_start,
        stage_at_end
    from customer_transition
),
cells as (
    select
        segment,
        stage_at_start,
        stage_at_end,
        count(*) as customers
    from moves
    group by segment, stage_at_start, stage_at_end
),
matrix_rows as (
    select
        segment,
        stage_at_start,
        cast(sum(customers) as bigint) as customers_at_start
    from cells
    group by segment, stage_at_start
),
ends as (
    select stage_at_end
    from cells
    group by stage_at_end
),
matrix as (
    select
        matrix_rows.segment,
        matrix_rows.stage_at_start,
        ends.stage_at_end,
        coalesce(cells.customers, 0) as customers,
        matrix_rows.customers_at_start
    from matrix_rows
    cross join ends
    left join cells
        on
            matrix_rows.segment = cells.segment
            and matrix_rows.stage_at_start = cells.stage_at_start
            and ends.stage_at_end = cells.stage_at_end
)
select
    segment,
    stage_at_start,
    stage_at_end,
    customers,
    customers_at_start,
    cast(customers as double) / customers_at_start as transition_share,
    wilson_lower(customers, customers_at_start) as transition_share_lower,
    wilson_upper(customers, customers_at_start) as transition_share_upper
from matrix
