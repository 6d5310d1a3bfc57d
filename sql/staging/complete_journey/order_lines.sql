-- order_lines: what was bought. Fuel is measured in thousandths of a gallon, which would drown all
-- pieces when units are added; a filling counts as one unit.
with counted_lines as (
    select
        basket_id,
        position,
        product_id,
        case kind when 'fuel' then 1 else quantity end as quantity,
        list_amount,
        amount
    from basket_line
    where kind <> 'coupon'
)
select
    basket_id as order_id,
    position as line_no,
    cast(null as varchar) as status,
    product_id,
    quantity,
    cast(list_amount / quantity as decimal(18, 4)) as list_price,
    cast(amount / quantity as decimal(18, 4)) as unit_price,
    cast(null as varchar) as promotion_id,
    cast(amount as decimal(18, 2)) as net_amount
from counted_lines
