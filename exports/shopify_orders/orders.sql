-- orders: as they are. Test orders and drafts are not in the export.
select
    order_id,
    customer_id,
    ordered_at,
    channel,
    status
from shopify_order
where ordered_at < $as_of
