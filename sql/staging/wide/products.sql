-- products: what the order lines say about each product.
select
    product_id,
    cast(null as string) as product_name,
    min(category) as category,
    min(brand) as brand,
    min(unit_cost) as unit_cost
from newest_lines
where product_id is not null
group by product_id
