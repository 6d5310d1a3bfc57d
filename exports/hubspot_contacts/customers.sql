-- customers: contacts, one for each address.
select
    coalesce(nullif(lower(trim(email)), ''), record_id) as customer_id,
    min(created_at) as first_seen_at,
    last_value(lifecycle_stage order by created_at, record_id) as segment,
    last_value(country order by created_at, record_id) as region,
    first_value(original_source order by created_at, record_id) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from raw_hubspot_contacts
group by coalesce(nullif(lower(trim(email)), ''), record_id)
