-- customers: the newest profile of each customer.
--
-- The newest row by updated_at wins; equal times are settled by the file and the line, so that
-- the answer does not depend on the order of reading. Only keys that occur more than once are
-- ranked: ranking all of them would sort the whole table for the sake of a few.
with repeated_keys as (
    select customer_id
    from raw_customers
    group by customer_id
    having count(*) > 1
),
repeated_versions as (
    select
        raw.customer_id,
        raw.signed_up_at,
        raw.segment,
        raw.region,
        raw.acquisition_channel,
        raw.acquisition_cost,
        raw.birth_year,
        row_number() over (
            partition by raw.customer_id
            order by raw.updated_at desc, raw._file desc, raw._line desc
        ) as newest_first
    from repeated_keys
    inner join raw_customers as raw on repeated_keys.customer_id = raw.customer_id
)
select
    raw.customer_id,
    raw.signed_up_at as first_seen_at,
    raw.segment,
    raw.region,
    raw.acquisition_channel,
    raw.acquisition_cost,
    raw.birth_year
from repeated_keys
right anti join raw_customers as raw on repeated_keys.customer_id = raw.customer_id
union all
select
    customer_id,
    signed_up_at as first_seen_at,
    segment,
    region,
    acquisition_channel,
    acquisition_cost,
    birth_year
from repeated_versions
where newest_first = 1
