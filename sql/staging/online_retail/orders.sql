-- orders: the invoices. An order is completed while any of its lines is. Writing a long invoice takes
-- a minute, so an order was placed at its first time. The files do not say where.
with invoices as (
    select
        invoice_no,
        min(customer_id) as customer_id,
        min(invoiced_at) as invoiced_at
    from invoice_line
    where treatment = 'order_line'
    group by invoice_no
),
kept_orders as (
    select distinct order_id
    from order_lines
    where status = 'completed'
)
select
    invoices.invoice_no as order_id,
    invoices.customer_id,
    invoices.invoiced_at as ordered_at,
    cast(null as varchar) as channel,
    case when kept_orders.order_id is null then 'cancelled' else 'completed' end as status
from kept_orders
right join invoices on kept_orders.order_id = invoices.invoice_no
