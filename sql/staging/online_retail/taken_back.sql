-- taken_back: how many units of an invoiced row were cancelled later.
--
-- A cancellation does not name the invoice that it cancels. It cancels units of the newest
-- earlier sales of the same product to the same customer at the same price. Going back in time,
-- cancelled units wait until a sale absorbs them; how many wait is the sum of cancelled less sold
-- units so far, less the lowest value below zero that this sum has had (Lindley 1952). What a sale
-- absorbs is the decrease of waiting units. Units still waiting at the end were sold before the files
-- begin, or at another price: no order line is marked as cancelled for them.
with cancelled_products as (
    select distinct customer_id, product_id, unit_price
    from invoice_line
    where treatment = 'takes_back'
),
movements as (
    select
        line.invoice_no,
        line.position,
        line.customer_id,
        line.product_id,
        line.unit_price,
        line.treatment,
        line.quantity,
        row_number() over (
            partition by line.customer_id, line.product_id, line.unit_price
            order by
                line.invoiced_at desc,
                line.treatment = 'takes_back' desc,
                line.invoice_no desc,
                line.position desc
        ) as newest_first
    from cancelled_products as product
    inner join invoice_line as line
        on
            product.customer_id = line.customer_id
            and product.product_id = line.product_id
            and product.unit_price = line.unit_price
    where line.treatment in ('order_line', 'takes_back')
),
balances as (
    select
        *,
        -sum(quantity) over (
            partition by customer_id, product_id, unit_price order by newest_first
        ) as balance
    from movements
),
queues as (
    select
        *,
        balance - least(
            0,
            min(balance) over (
                partition by customer_id, product_id, unit_price order by newest_first
            )
        ) as waiting
    from balances
),
absorbed as (
    select
        invoice_no,
        position,
        treatment,
        lag(waiting, 1, 0) over (
            partition by customer_id, product_id, unit_price order by newest_first
        ) - waiting as units
    from queues
)
select invoice_no, position, cast(units as bigint) as quantity
from absorbed
where treatment = 'order_line' and units > 0
