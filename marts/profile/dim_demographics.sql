-- dim_demographics: what is known of the customers who told about themselves.
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
