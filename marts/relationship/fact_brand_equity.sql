-- fact_brand_equity: what the customers of the shop are worth to it and to each of its rivals, by how they switch between
-- brands (Rust, Lemon and Zeithaml 2004): the mean over those who have compared brands times all who have bought.
with buyers as (
    select count(*) as customers
    from dim_customer
    where first_order_at < $period_end
),
scores as (
    select
        brand,
        is_own,
        count(*) as customers_compared,
        avg(value_score) as value_equity,
        avg(brand_score) as brand_equity,
        avg(relationship_score) as relationship_equity,
        avg(next_choice) as next_choice
    from brand_choice
    group by brand, is_own
),
worth as (
    select
        brand,
        count(clv) as customers_valued,
        avg(next_share) as next_choice_fitted,
        avg(clv) as clv,
        1.959963984540054 * stddev(clv) / sqrt(cast(count(clv) as double)) as reach
    from brand_value
    where improved = 'nothing'
    group by brand
)
select
    scores.brand,
    scores.is_own,
    scores.customers_compared,
    coalesce(worth.customers_valued, 0) as customers_valued,
    scores.value_equity,
    scores.brand_equity,
    scores.relationship_equity,
    scores.next_choice,
    worth.next_choice_fitted,
    worth.clv,
    cast(worth.clv * buyers.customers as decimal(18, 2)) as ce_rlz,
    cast((worth.clv - worth.reach) * buyers.customers as decimal(18, 2)) as ce_rlz_lower,
    cast((worth.clv + worth.reach) * buyers.customers as decimal(18, 2)) as ce_rlz_upper,
    buyers.customers
from scores
cross join buyers
left join worth on scores.brand = worth.brand
