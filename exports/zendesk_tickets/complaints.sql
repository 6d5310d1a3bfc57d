-- complaints: tickets that say something was wrong.
select
    id as complaint_id,
    requester_id as customer_id,
    cast(null as varchar) as order_id,
    created_at as opened_at,
    created_at + reply_minutes * interval '1 minute' as first_response_at,
    case when status in ('solved', 'closed') then solved_at end as resolved_at,
    channel,
    'unknown' as cause,
    true as is_quality_incident,
    cast(null as decimal(18, 2)) as loss_amount,
    cast(null as decimal(18, 2)) as compensation,
    cast(null as boolean) as is_put_right
from raw_zendesk_tickets
where type in ('problem', 'incident')
