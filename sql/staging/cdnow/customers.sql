-- customers: everybody in the log. The log knows nothing of a customer but the purchases, so every
-- attribute is unknown.
select
    customer_id,
    min(ordered_at) as first_seen_at,
    cast(null as varchar) as segment,
    cast(null as varchar) as region,
    cast(null as varchar) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from cdnow_log
group by customer_id
