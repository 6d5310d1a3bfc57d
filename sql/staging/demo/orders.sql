-- orders: the newest version of each order of a known customer.
--
-- An order is sent again when its status changes. The newest row by updated_at wins, then the
-- last file and line; only the few repeated keys are ranked. Orders of a customer who is not in
-- the customer register are left out: nobody could be credited with them.
with repeated_keys as (
    select order_id
    from raw_orders
    group by order_id
    having count(*) > 1
),
repeated_versions as (
    select
        raw.order_id,
        raw.customer_id,
        raw.ordered_at,
        raw.channel,
        raw.status,
        row_number() over (
            partition by raw.order_id
            order by raw.updated_at desc, raw._file desc, raw._line desc
        ) as newest_first
    from repeated_keys
    inner join raw_orders as raw on repeated_keys.order_id = raw.order_id
),
newest_orders as (
    select
        raw.order_id,
        raw.customer_id,
        raw.ordered_at,
        raw.channel,
        raw.status
    from repeated_keys
    right anti join raw_orders as raw on repeated_keys.order_id = raw.order_id
    union all
    select
        order_id,
        customer_id,
        ordered_at,
        channel,
        status
    from repeated_versions
    where newest_first = 1
)
select
    newest_orders.order_id,
    newest_orders.customer_id,
    newest_orders.ordered_at,
    newest_orders.channel,
    newest_orders.status
from customers
inner join newest_orders on customers.customer_id = newest_orders.customer_id
