-- customers: everybody who answered. The file knows nothing else of them.
select
    concat('P', lpad(cast(_line as varchar), 4, '0')) as customer_id,
    cast($answered_on as timestamp) as first_seen_at,
    cast(null as varchar) as segment,
    cast(null as varchar) as region,
    cast(null as varchar) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from raw_mobi
