-- products: one row per product of the catalogue.
select
    product_id,
    product_name,
    category,
    brand,
    cast(unit_cost as decimal(18, 4)) as unit_cost
from raw_products
