-- products: what the lines tell of each product. Whoever wants categories joins the export of products.
select
    coalesce(lineitem_sku, lineitem_name) as product_id,
    min(lineitem_name) as product_name,
    cast(null as varchar) as category,
    min(vendor) as brand,
    cast(null as decimal(18, 4)) as unit_cost
from raw_shopify_orders
where coalesce(lineitem_sku, lineitem_name) is not null
group by coalesce(lineitem_sku, lineitem_name)
