-- customers: the newest profile of each customer.
select
    customer_id,
    signed_up_at as first_seen_at,
    segment,
    region,
    acquisition_channel,
    acquisition_cost,
    birth_year
from raw_customers
