-- order_decision: how long the customer took to decide upon each completed order, and which of the
-- customer's orders it was.
--
-- If several visits claim an order, the first counts: it may have begun on one device and ended on
-- another. A visit that begins after its order has a wrong clock and gives no time.
with completed as (
    select
        order_id,
        customer_id,
        min(ordered_at) as ordered_at
    from fact_order_line
    where status = 'completed' and customer_id is not null
    group by order_id, customer_id
),
numbered as (
    select
        order_id,
        customer_id,
        ordered_at,
        row_number() over (partition by customer_id order by ordered_at, order_id) as order_number
    from completed
),
visits as (
    select
        session.order_id,
        min(session.started_at) filter (where session.started_at <= numbered.ordered_at)
            as started_at
    from numbered
    inner join sessions as session on numbered.order_id = session.order_id
    where not session.is_bot
    group by session.order_id
)
select
    numbered.order_id,
    numbered.customer_id,
    numbered.ordered_at,
    numbered.order_number,
    extract(epoch from numbered.ordered_at - visits.started_at) / 60.0 as decision_minutes
from numbered
inner join visits on numbered.order_id = visits.order_id
