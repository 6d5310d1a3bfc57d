-- advertised_prices: valid from the first instant of their first day to the last of their last.
select
    product_id,
    cast(first_day as timestamp) as valid_from,
    cast(last_day + interval '1 day' as timestamp) as valid_to,
    price
from raw_advertised_prices
