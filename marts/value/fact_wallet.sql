-- fact_wallet: share of wallet by category and segment, of the customers who were asked.
with segmented as (
    select
        wallet.category,
        coalesce(customer.segment, 'unknown') as segment,
        wallet.brands,
        wallet.sow
    from fact_customer_wallet as wallet
    inner join dim_customer as customer on wallet.customer_id = customer.customer_id
    union all
    select
        category,
        'all' as segment,
        brands,
        sow
    from fact_customer_wallet
),
sums as (
    select
        category,
        segment,
        count(*) as customers,
        count(sow) as customers_with_sow,
        count(*) filter (where brands = 1) as single_brand,
        avg(cast(brands as double)) as mean_brands,
        avg(sow) as sow,
        1.959963984540054 * stddev(sow) / sqrt(cast(nullif(count(sow), 0) as double)) as margin
    from segmented
    group by category, segment
)
select
    category,
    segment,
    customers,
    customers_with_sow,
    mean_brands,
    sow,
    sow - margin as sow_lower,
    sow + margin as sow_upper,
    cast(single_brand as double) / customers as single_brand_rate,
    wilson_lower(single_brand, customers) as single_brand_rate_lower,
    wilson_upper(single_brand, customers) as single_brand_rate_upper,
    single_brand as single_brand_rate_numerator,
    customers as single_brand_rate_denominator
from sums
