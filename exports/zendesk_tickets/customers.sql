-- customers: whoever has written.
select
    requester_id as customer_id,
    min(created_at) as first_seen_at,
    cast(null as varchar) as segment,
    cast(null as varchar) as region,
    cast(null as varchar) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from raw_zendesk_tickets
group by requester_id
