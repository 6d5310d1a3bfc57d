-- brand_value: what each customer who has compared brands is worth to each of them, currently and with one score of
-- the own brand a point higher (Rust, Lemon and Zeithaml 2004).
--
-- Scores make utilities, utilities and the last choice the matrix by which the customer switches, and the matrix the
-- choices to come. Only customers who state how often and for how much they buy, and what they bought last, have a
-- value.
with changes as (
    select unnest(['nothing', 'value', 'brand', 'relationship']) as improved
),
utilities as (
    select
        choice.customer_id,
        choice.brand,
        choice.place,
        choice.is_own,
        choice.is_last,
        choice.purchases_per_year,
        choice.spend_per_purchase,
        model.inertia,
        changes.improved,
        model.value_weight * choice.value_score
        + model.brand_weight * choice.brand_score
        + model.relationship_weight * choice.relationship_score
        + case
            when not choice.is_own then 0.0
            when changes.improved = 'value' then model.value_weight
            when changes.improved = 'brand' then model.brand_weight
            when changes.improved = 'relationship' then model.relationship_weight
            else 0.0
        end as utility
    from brand_choice as choice
    cross join brand_model as model
    cross join changes
),
customers as (
    select
        customer_id,
        improved,
        max(inertia) as inertia,
        max(purchases_per_year) as purchases_per_year,
        max(spend_per_purchase) as spend_per_purchase,
        max(place) filter (where is_last) as last_place,
        array_agg(utility order by place) as utilities,
        array_agg(brand order by place) as brands,
        array_agg(is_own order by place) as owns
    from utilities
    where utility is not null
    group by customer_id, improved
),
switching as (
    select
        *,
        rlz_switching(utilities, inertia) as matrix
    from customers
    where last_place is not null and purchases_per_year > 0 and spend_per_purchase is not null
)
select
    customer_id,
    improved,
    unnest(brands) as brand,
    unnest(owns) as is_own,
    unnest(
        rlz_clv(
            matrix,
            cast(last_place as bigint),
            $margin_rate * spend_per_purchase,
            $annual_discount_rate,
            purchases_per_year
        )
    ) as clv,
    unnest(matrix[last_place]) as next_share
from switching
