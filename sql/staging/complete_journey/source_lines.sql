-- source_lines: the rows of the transactions for the reconciliation. Rows with quantity 0 are
-- left out: they sell nothing, and their deductions cannot be assigned to a line.
select
    basket_id as order_id,
    position,
    basket_rows as order_rows,
    'receipt' as document,
    kind,
    false as is_anonymous,
    false as is_duplicate,
    case kind when 'coupon' then 'left_out' else 'order_line' end as treatment,
    quantity,
    cast(amount as decimal(18, 4)) as amount
from basket_line
