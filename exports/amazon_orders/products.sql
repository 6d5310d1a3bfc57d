-- products: what the lines tell of each product.
select
    sku as product_id,
    min(product_name) as product_name,
    cast(null as varchar) as category,
    cast(null as varchar) as brand,
    cast(null as decimal(18, 4)) as unit_cost
from raw_amazon_orders
where sku is not null
group by sku
