-- demographics: demographics of the households for which they are known. The file has no date; a household
-- counts from its first purchase on.
select
    demographic.household_id as customer_id,
    demographic.age as age_band,
    demographic.income as income_band,
    demographic.home_ownership,
    demographic.marital_status,
    demographic.household_size,
    demographic.household_comp as household_composition,
    demographic.kids_count as children
from (
    select distinct household_id
    from basket_line
) as household
inner join raw_demographics as demographic
    on household.household_id = demographic.household_id
