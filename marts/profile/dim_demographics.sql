-- dim_demographics: demographics of the customers for whom they are known.
select
    customer_id,
    age_band,
    income_band,
    home_ownership,
    marital_status,
    household_size,
    household_composition,
    children
from demographics
