-- customisations: the lines that were made to measure.
select
    order_id,
    line_no,
    kind
from raw_customisations
