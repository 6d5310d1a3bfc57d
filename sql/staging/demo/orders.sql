-- orders: the newest version of each order of a known customer.
--
-- Orders of a customer who is not in the customer register are left out: they cannot be credited
-- to anybody.
select
    raw_orders.order_id,
    raw_orders.customer_id,
    raw_orders.ordered_at,
    raw_orders.channel,
    raw_orders.status
from customers
inner join raw_orders on customers.customer_id = raw_orders.customer_id
