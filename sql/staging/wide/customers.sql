-- customers: the register as it is; members of the programme are segmented by their tier.
select
    customer_id,
    cast(signup_date as timestamp(6)) as first_seen_at,
    coalesce(nullif(member_tier, ''), 'none') as segment,
    region,
    acquisition_channel,
    acquisition_cost,
    birth_year
from raw_customers
