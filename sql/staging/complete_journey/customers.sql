-- customers: the households. The income, known for one in three, is the a-priori segment.
with households as (
    select
        household_id,
        min(purchased_at) as first_seen_at
    from basket_line
    group by household_id
)
select
    households.household_id as customer_id,
    households.first_seen_at,
    case
        when demographic.income_band in ('Under 15K', '15-24K', '25-34K', '35-49K')
            then 'income under 50K'
        when demographic.income_band in ('50-74K', '75-99K') then 'income 50K to 99K'
        when demographic.income_band is not null then 'income 100K and more'
    end as segment,
    cast(null as varchar) as region,
    cast(null as varchar) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from demographics as demographic
right join households on demographic.customer_id = households.household_id
