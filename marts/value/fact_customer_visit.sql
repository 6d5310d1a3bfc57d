-- fact_customer_visit: how often each customer comes and how long they take to decide.
--
-- The trend compares the orders after the third with the first three, by medians, so that one long visit
-- does not determine it.
with visits as (
    select
        customer_id,
        count(*) as visits,
        count(order_id) as visits_with_order,
        count(*) filter (where started_at >= $period_start) as visits_in_period,
        max(started_at) as last_visit_at
    from sessions
    where not is_bot and customer_id is not null and started_at < $period_end
    group by customer_id
),
decisions as (
    select
        customer_id,
        count(decision_minutes) as decisions,
        median(decision_minutes) as decision_time_min,
        median(decision_minutes) filter (where order_number <= 3) as first_minutes,
        median(decision_minutes) filter (where order_number > 3) as later_minutes
    from order_decision
    where ordered_at < $period_end
    group by customer_id
)
select
    visits.customer_id,
    visits.visits,
    visits.visits_with_order,
    visits.visits_in_period,
    visits.last_visit_at,
    coalesce(decisions.decisions, 0) as decisions,
    decisions.decision_time_min,
    decisions.later_minutes / nullif(decisions.first_minutes, 0.0) - 1.0 as decision_time_trend
from visits
left join decisions on visits.customer_id = decisions.customer_id
