-- order_lines: one per order. The log gives the number of CDs and the amount paid for all of them,
-- so the price of one is unknown, and so are the product, the list price and any promotion.
select
    order_id,
    cast(1 as bigint) as line_no,
    cast(null as varchar) as status,
    cast(null as varchar) as product_id,
    number_of_cds as quantity,
    cast(null as decimal(18, 4)) as list_price,
    cast(null as decimal(18, 4)) as unit_price,
    cast(null as varchar) as promotion_id,
    dollar_value as net_amount
from cdnow_log
