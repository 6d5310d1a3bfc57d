-- products: what was sold, under the name that was written most often. The files know no categories.
with names as (
    select
        product_id,
        description,
        count(*) as written
    from invoice_line
    where treatment = 'order_line'
    group by product_id, description
)
select
    product_id,
    last_value(description order by description is not null, written, description) as product_name,
    cast(null as varchar) as category,
    cast(null as varchar) as brand,
    cast(null as decimal(18, 4)) as unit_cost
from names
group by product_id
