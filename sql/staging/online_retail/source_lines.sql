-- source_lines: the rows of the files as the reconciliation wants them.
select
    invoice_no as order_id,
    position,
    invoice_rows as order_rows,
    document,
    kind,
    customer_id is null as is_anonymous,
    is_duplicate,
    treatment,
    quantity,
    amount
from invoice_line
