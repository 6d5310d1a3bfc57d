-- orders: one row per order, put together from its lines. An order is completed as soon as one of
-- its lines is.
select
    order_id,
    min(customer_id) as customer_id,
    min(ordered_at) as ordered_at,
    min(channel) as channel,
    case
        when count(*) filter (where status = 'completed') > 0 then 'completed'
        else min(status)
    end as status
from newest_lines
group by order_id
