-- sessions: every visit; visitors not in the register are anonymous.
select
    raw_sessions.session_id,
    customers.customer_id,
    raw_sessions.started_at,
    raw_sessions.touch_point,
    raw_sessions.order_id,
    raw_sessions.is_bot
from customers
right join raw_sessions on customers.customer_id = raw_sessions.customer_id
