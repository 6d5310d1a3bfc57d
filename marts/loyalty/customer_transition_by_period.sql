-- customer_transition_by_period: the stage of each customer at the start and at the end of the period, and of
-- the one before.
--
-- Those who had bought nothing before a period were `not_yet` customers. A stage that is not known
-- is `unknown`, and activity is then NULL.
select
    at_end.moment = 'start' as is_previous,
    at_end.customer_id,
    coalesce(customer.segment, 'unknown') as segment,
    at_start.customer_id is not null as was_customer,
    case
        when at_start.customer_id is null then 'not_yet'
        else coalesce(at_start.stage, 'unknown')
    end as stage_at_start,
    coalesce(at_end.stage, 'unknown') as stage_at_end,
    at_start.is_active as was_active,
    at_end.is_active
from customer_stage as at_end
left join customer_stage as at_start
    on
        at_end.customer_id = at_start.customer_id
        and at_start.moment = case at_end.moment when 'end' then 'start' else 'previous_start' end
left join dim_customer as customer on at_end.customer_id = customer.customer_id
where at_end.moment <> 'previous_start'
