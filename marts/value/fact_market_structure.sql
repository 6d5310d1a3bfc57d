-- fact_market_structure: how large brands are and how often they are bought, by category: double jeopardy
-- (Ehrenberg, Goodhardt and Barwise 1990), requirements and polarisation.
--
-- Small brands have fewer buyers, who also buy them a little less often: w (1 − penetration) is about the same
-- for all brands of a category, which gives the purchase rate that a brand of this size can expect. Only
-- purchases in this shop are known, so the market is what its customers buy here.
with market as (
    select count(distinct customer_id) as customers
    from brand_purchase
),
brands as (
    select
        category,
        brand,
        count(*) as buyers,
        count(*) filter (where brands = 1) as sole_buyers,
        sum(purchases) as purchases,
        sum(category_purchases) as category_purchases,
        sum(category_purchases * category_purchases) as category_squares
    from brand_purchase
    group by category, brand
),
sizes as (
    select
        brands.*,
        market.customers,
        cast(buyers as double) / market.customers as penetration,
        cast(purchases as double) / buyers as purchase_rate,
        cast(purchases as double) / sum(purchases) over (partition by category) as market_share,
        cast(category_purchases as double) * category_purchases / category_squares
            as requirements_n
    from brands
    cross join market
),
lines as (
    select
        *,
        avg(purchase_rate * (1.0 - penetration)) over (partition by category) as line
    from sizes
)
select
    lines.category,
    lines.brand,
    lines.market_share,
    lines.penetration as pen,
    wilson_lower(lines.buyers, lines.customers) as pen_lower,
    wilson_upper(lines.buyers, lines.customers) as pen_upper,
    lines.buyers as pen_numerator,
    lines.customers as pen_denominator,
    lines.purchase_rate as w,
    lines.line / nullif(1.0 - lines.penetration, 0.0) as w_expected,
    cast(lines.purchases as double) / lines.category_purchases as scr,
    wilson_lower(
        cast(lines.purchases as double) / lines.category_purchases * lines.requirements_n,
        lines.requirements_n
    ) as scr_lower,
    wilson_upper(
        cast(lines.purchases as double) / lines.category_purchases * lines.requirements_n,
        lines.requirements_n
    ) as scr_upper,
    lines.purchases as scr_numerator,
    lines.category_purchases as scr_denominator,
    cast(lines.sole_buyers as double) / lines.buyers as sole_rate,
    wilson_lower(lines.sole_buyers, lines.buyers) as sole_rate_lower,
    wilson_upper(lines.sole_buyers, lines.buyers) as sole_rate_upper,
    lines.sole_buyers as sole_rate_numerator,
    lines.buyers as sole_rate_denominator,
    polarisation.fit['polarisation'] as polarization,
    polarisation.fit['flags'] as polarization_flags
from lines
inner join brand_polarisation as polarisation
    on lines.category = polarisation.category and lines.brand = polarisation.brand
