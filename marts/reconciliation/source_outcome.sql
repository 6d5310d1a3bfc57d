-- source_outcome: each row of the raw sales beside the published order lines that come from it, and
-- each published order line that comes from no row.
--
-- A row is the line of its position in its document; where a line was split, the second part follows
-- as many lines later as the document has rows.
with published as (
    select
        line.order_id,
        case
            when line.line_no > sources.order_rows then line.line_no - sources.order_rows
            else line.line_no
        end as position,
        line.status,
        line.net_amount
    from (
        select distinct order_id, order_rows
        from source_lines
    ) as sources
    right join fact_order_line as line on sources.order_id = line.order_id
),
outcomes as (
    select
        order_id,
        position,
        count(*) as order_lines,
        sum(case when status = 'completed' then net_amount else 0 end) as completed_amount,
        sum(case when status = 'completed' then 0 else net_amount end) as cancelled_amount
    from published
    group by order_id, position
)
select
    source.position,
    source.document,
    source.kind,
    source.is_anonymous,
    source.is_duplicate,
    source.treatment,
    source.quantity,
    source.amount,
    coalesce(outcomes.order_lines, 0) as order_lines,
    cast(coalesce(outcomes.completed_amount, 0) as decimal(18, 2)) as completed_amount,
    cast(coalesce(outcomes.cancelled_amount, 0) as decimal(18, 2)) as cancelled_amount
from outcomes
full join source_lines as source
    on outcomes.order_id = source.order_id and outcomes.position = source.position
