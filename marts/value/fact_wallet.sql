-- fact_wallet: share of wallet by category and segment, of the customers who were asked.
--
-- Ranks only approximate shares, so that the mean of what customers say they spend stands apart from the
-- mean of what their ranks let expect. An interval is that of a mean and ends where shares do.
with segmented as (
    select
        wallet.category,
        coalesce(customer.segment, 'unknown') as segment,
        wallet.brands,
        wallet.sow,
        wallet.sow_spend,
        wallet.sow_rank
    from fact_customer_wallet as wallet
    inner join dim_customer as customer on wallet.customer_id = customer.customer_id
    union all
    select
        category,
        'all' as segment,
        brands,
        sow,
        sow_spend,
        sow_rank
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
        1.959963984540054 * stddev(sow) / sqrt(cast(nullif(count(sow), 0) as double)) as margin,
        count(sow_spend) as customers_with_sow_spend,
        avg(sow_spend) as sow_spend,
        1.959963984540054 * stddev(sow_spend) / sqrt(cast(nullif(count(sow_spend), 0) as double)) as spend_margin,
        count(sow_rank) as customers_with_sow_rank,
        avg(sow_rank) as sow_rank,
        1.959963984540054 * stddev(sow_rank) / sqrt(cast(nullif(count(sow_rank), 0) as double)) as rank_margin
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
    case when margin is not null then greatest(sow - margin, 0.0) end as sow_lower,
    case when margin is not null then least(sow + margin, 1.0) end as sow_upper,
    customers_with_sow_spend,
    sow_spend,
    case when spend_margin is not null then greatest(sow_spend - spend_margin, 0.0) end as sow_spend_lower,
    case when spend_margin is not null then least(sow_spend + spend_margin, 1.0) end as sow_spend_upper,
    customers_with_sow_rank,
    sow_rank,
    case when rank_margin is not null then greatest(sow_rank - rank_margin, 0.0) end as sow_rank_lower,
    case when rank_margin is not null then least(sow_rank + rank_margin, 1.0) end as sow_rank_upper,
    cast(single_brand as double) / customers as single_brand_rate,
    wilson_lower(single_brand, customers) as single_brand_rate_lower,
    wilson_upper(single_brand, customers) as single_brand_rate_upper,
    single_brand as single_brand_rate_numerator,
    customers as single_brand_rate_denominator
from sums
