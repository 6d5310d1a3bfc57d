-- products: one row per product of the catalogue.
--
-- The catalogue carries no time of change, so a product listed twice is taken from the last file
-- and line.
with repeated_keys as (
    select product_id
    from raw_products
    group by product_id
    having count(*) > 1
),
repeated_versions as (
    select
        raw.product_id,
        raw.product_name,
        raw.category,
        raw.brand,
        raw.unit_cost,
        row_number() over (
            partition by raw.product_id order by raw._file desc, raw._line desc
        ) as newest_first
    from repeated_keys
    inner join raw_products as raw on repeated_keys.product_id = raw.product_id
)
select
    raw.product_id,
    raw.product_name,
    raw.category,
    raw.brand,
    cast(raw.unit_cost as decimal(18, 4)) as unit_cost
from repeated_keys
right anti join raw_products as raw on repeated_keys.product_id = raw.product_id
union all
select
    product_id,
    product_name,
    category,
    brand,
    cast(unit_cost as decimal(18, 4)) as unit_cost
from repeated_versions
where newest_first = 1
