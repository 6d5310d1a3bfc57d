-- customer_holdout: what each customer known at the start of the period had bought by then, and bought in it.
--
-- The period is held out from the models of its start, so what they expected of it can be compared with
-- what came.
select
    known.customer_id,
    known.frequency,
    known.purchase_span_days,
    known.tenure_days,
    seen.frequency - known.frequency as purchases,
    seen.tenure_days - known.tenure_days as days
from customer_history_by_moment as known
inner join customer_history_by_moment as seen
    on known.customer_id = seen.customer_id and seen.moment = 'end'
where known.moment = 'start'
