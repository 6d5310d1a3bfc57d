-- customers: everybody with a number, also those whose only documents are cancellations. A few are
-- known in more than one country; the newest document decides. The shop is British, so the a-priori
-- segments are domestic and export.
with newest_countries as (
    select
        customer_id,
        min(invoiced_at) as first_seen_at,
        last_value(country order by invoiced_at, invoice_no, position) as country
    from invoice_line
    where customer_id is not null
    group by customer_id
)
select
    customer_id,
    first_seen_at,
    case
        when country = 'United Kingdom' then 'domestic'
        when country is not null then 'export'
    end as segment,
    country as region,
    cast(null as varchar) as acquisition_channel,
    cast(null as decimal(18, 2)) as acquisition_cost,
    cast(null as int) as birth_year
from newest_countries
