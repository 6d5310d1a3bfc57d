-- fact_source_reconciliation: what became of the rows of the raw sales, and of the money in them.
--
-- The amounts of the published order lines are those of fact_order_line itself. All sums are of
-- decimals, so the amounts add up to the last digit.
with sums as (
    select
        document,
        kind,
        treatment,
        is_anonymous,
        is_duplicate,
        count(*) filter (where position = 1) as documents,
        count(*) as rows,
        cast(sum(quantity) as bigint) as quantity,
        cast(sum(amount) as decimal(18, 4)) as amount,
        cast(sum(order_lines) as bigint) as order_lines,
        cast(sum(completed_amount) as decimal(18, 2)) as completed_amount,
        cast(sum(cancelled_amount) as decimal(18, 2)) as cancelled_amount,
        cast(sum(amount) filter (where treatment = 'takes_back') as decimal(18, 4))
            as takes_back_amount,
        cast(sum(amount) filter (where treatment = 'left_out') as decimal(18, 4))
            as left_out_amount
    from source_outcome
    group by document, kind, treatment, is_anonymous, is_duplicate
)
select
    document,
    kind,
    treatment,
    is_anonymous,
    is_duplicate,
    documents,
    rows,
    quantity,
    amount,
    order_lines,
    completed_amount,
    cancelled_amount,
    coalesce(takes_back_amount, 0) as takes_back_amount,
    coalesce(left_out_amount, 0) as left_out_amount,
    cast(
        case
            when treatment = 'order_line' then amount - completed_amount - cancelled_amount
            else 0
        end
        as decimal(18, 4)
    ) as rounding_amount
from sums
