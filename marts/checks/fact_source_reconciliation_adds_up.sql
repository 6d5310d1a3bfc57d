-- The reconciliation must contain all rows and the entire amount of the raw sales on one side, all published
-- order lines on the other, and nothing between them but what it names.
with raw_totals as (
    select
        count(*) as rows,
        sum(amount) as amount
    from source_lines
),
published_totals as (
    select
        count(*) as order_lines,
        coalesce(sum(net_amount) filter (where status = 'completed'), 0) as completed_amount,
        coalesce(sum(net_amount) filter (where status <> 'completed'), 0) as cancelled_amount
    from fact_order_line
),
reconciled_totals as (
    select
        sum(rows) as rows,
        sum(amount) as amount,
        sum(order_lines) as order_lines,
        sum(completed_amount) as completed_amount,
        sum(cancelled_amount) as cancelled_amount,
        sum(
            completed_amount
            + cancelled_amount
            + takes_back_amount
            + left_out_amount
            + rounding_amount
        ) as explained_amount
    from fact_source_reconciliation
)
select
    raw_totals.rows as raw_rows,
    reconciled_totals.rows as reconciled_rows,
    raw_totals.amount as raw_amount,
    reconciled_totals.explained_amount,
    published_totals.completed_amount as published_completed_amount,
    reconciled_totals.completed_amount as reconciled_completed_amount
from raw_totals
cross join published_totals
cross join reconciled_totals
where
    raw_totals.rows <> reconciled_totals.rows
    or raw_totals.amount <> reconciled_totals.amount
    or raw_totals.amount <> reconciled_totals.explained_amount
    or published_totals.order_lines <> reconciled_totals.order_lines
    or published_totals.completed_amount <> reconciled_totals.completed_amount
    or published_totals.cancelled_amount <> reconciled_totals.cancelled_amount
