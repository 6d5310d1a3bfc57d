-- customers: profiles, one for each address.
select
    coalesce(nullif(lower(trim(email)), ''), klaviyo_id) as customer_id,
    min(created_at) as first_seen_at,
    cast(null as varchar) as segment,
    last_value(country order by created_at, klaviyo_id) as region,
    first_value(source order by created_at, klaviyo_id) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from raw_klaviyo_profiles
group by coalesce(nullif(lower(trim(email)), ''), klaviyo_id)
