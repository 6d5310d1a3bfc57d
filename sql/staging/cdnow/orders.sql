-- orders: one per line of the log. CDNOW was a web shop and the log contains sales only.
select
    order_id,
    customer_id,
    ordered_at,
    cast(null as varchar) as channel,
    'completed' as status
from cdnow_log
