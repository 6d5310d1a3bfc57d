-- brand_polarisation: how differently the buyers of a category choose a brand (Sabavala and Morrison 1977).
--
-- Purchases of the brand among those of the category are beta-binomial over all buyers of the category,
-- including those who never chose it. Customers with equal numbers of both are counted together.
with buyers as (
    select
        category,
        brand,
        purchases,
        category_purchases,
        count(*) as customers
    from brand_purchase
    group by category, brand, purchases, category_purchases
),
markets as (
    select
        category,
        category_purchases,
        count(*) as customers
    from (select distinct customer_id, category, category_purchases from brand_purchase) as wallets
    group by category, category_purchases
),
brands as (
    select distinct
        category,
        brand
    from brand_purchase
),
choosing as (
    select
        category,
        brand,
        category_purchases,
        sum(customers) as customers
    from buyers
    group by category, brand, category_purchases
),
cells as (
    select
        category,
        brand,
        purchases,
        category_purchases,
        customers
    from buyers
    union all
    select
        brands.category,
        brands.brand,
        0 as purchases,
        markets.category_purchases,
        markets.customers - coalesce(choosing.customers, 0) as customers
    from brands
    inner join markets on brands.category = markets.category
    left join choosing
        on
            brands.category = choosing.category
            and brands.brand = choosing.brand
            and markets.category_purchases = choosing.category_purchases
)
select
    category,
    brand,
    beta_binomial_fit(purchases, category_purchases, customers) as fit
from cells
group by category, brand
