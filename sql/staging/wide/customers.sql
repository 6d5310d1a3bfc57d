-- customers: the register as it stands; members of the programme are segmented by their tier.
with newest as (
    select
        customer_id,
        signup_date,
        member_tier,
        region,
        acquisition_channel,
        acquisition_cost,
        birth_year,
        row_number() over (
            partition by customer_id order by updated_at desc, _file desc, _line desc
        ) as newest_first
    from raw_customers
)
select
    customer_id,
    cast(signup_date as timestamp(6)) as first_seen_at,
    coalesce(nullif(member_tier, ''), 'none') as segment,
    region,
    acquisition_channel,
    acquisition_cost,
    birth_year
from newest
where newest_first = 1
