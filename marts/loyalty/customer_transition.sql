-- customer_transition: the stage of each customer at the start of the period and at its end.
select
    customer_id,
    segment,
    was_customer,
    stage_at_start,
    stage_at_end,
    was_active,
    is_active
from customer_transition_by_period
where not is_previous
