-- products: the products of the shop. It distinguishes only its own brands from national ones.
select
    product_id,
    nullif(concat_ws(', ', product_type, package_size), '') as product_name,
    product_category as category,
    brand,
    cast(null as decimal(18, 4)) as unit_cost
from raw_products
