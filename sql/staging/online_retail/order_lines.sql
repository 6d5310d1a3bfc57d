-- order_lines: what was sold, each line in one or two parts: what the customer kept and what was
-- cancelled later.
--
-- A line that was cancelled in part is split; the cancelled part follows as many lines later as its
-- invoice has rows. The amount of each part is rounded to the cent once, here. The files know no list
-- price and no promotion.
with sold_lines as (
    select
        line.invoice_no,
        line.position,
        line.invoice_rows,
        line.product_id,
        line.unit_price,
        line.quantity - coalesce(taken_back.quantity, 0) as kept,
        coalesce(taken_back.quantity, 0) as cancelled
    from taken_back
    right join invoice_line as line
        on taken_back.invoice_no = line.invoice_no and taken_back.position = line.position
    where line.treatment = 'order_line'
),
parts as (
    select
        sold_lines.invoice_no,
        case
            when part.status = 'cancelled' and sold_lines.kept > 0
                then sold_lines.position + sold_lines.invoice_rows
            else sold_lines.position
        end as line_no,
        part.status,
        sold_lines.product_id,
        case part.status
            when 'completed' then sold_lines.kept
            else sold_lines.cancelled
        end as quantity,
        sold_lines.unit_price
    from sold_lines
    cross join (values ('completed'), ('cancelled')) as part (status)
)
select
    invoice_no as order_id,
    line_no,
    status,
    product_id,
    quantity,
    cast(null as decimal(18, 4)) as list_price,
    unit_price,
    cast(null as varchar) as promotion_id,
    cast(quantity * unit_price as decimal(18, 2)) as net_amount
from parts
where quantity > 0
