-- brand_purchase: on how many days of the last market_days each customer bought each brand, and its category.
--
-- Two brands of a category on one day are two choices: the category has as many purchases as its brands.
with bought as (
    select distinct
        customer_id,
        category,
        brand,
        cast(ordered_at as date) as purchase_day
    from fact_order_line
    where
        status = 'completed'
        and customer_id is not null
        and category is not null
        and brand is not null
        and ordered_at < $period_end
        and cast(ordered_at as date)
        > cast($period_end - interval '1 microsecond' as date) - $market_days
),
brands as (
    select
        customer_id,
        category,
        brand,
        count(*) as purchases
    from bought
    group by customer_id, category, brand
)
select
    customer_id,
    category,
    brand,
    purchases,
    cast(sum(purchases) over (partition by customer_id, category) as bigint)
        as category_purchases,
    count(*) over (partition by customer_id, category) as brands
from brands
