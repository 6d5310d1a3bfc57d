-- A row that is to be an order line is one, or two where it was split, for its own amount; any other
-- row is not. Rounding to the cent may change each part by half a cent.
select *
from source_outcome
where
    (treatment = 'order_line' and order_lines not in (1, 2))
    or (treatment <> 'order_line' and order_lines > 0)
    or (
        order_lines > 0
        and abs(amount - completed_amount - cancelled_amount) > 0.005 * order_lines
    )
