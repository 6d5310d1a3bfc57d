-- products: as they are; they have no names.
select
    product_id,
    cast(null as varchar) as product_name,
    product_category_name as category,
    cast(null as varchar) as brand,
    cast(null as decimal(18, 4)) as unit_cost
from raw_olist_products
