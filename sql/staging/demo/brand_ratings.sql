-- brand_ratings: how known customers rate the shop and its rivals, from scales of 1 to 7.
select
    raw_brand_ratings.customer_id,
    raw_brand_ratings.asked_at,
    raw_brand_ratings.brand,
    raw_brand_ratings.is_own,
    raw_brand_ratings.is_last,
    case
        when raw_brand_ratings.value between 1 and 7 then (raw_brand_ratings.value - 1) / 6.0 * 100.0
    end as value_score,
    case
        when raw_brand_ratings.brand_image between 1 and 7
            then (raw_brand_ratings.brand_image - 1) / 6.0 * 100.0
    end as brand_score,
    case
        when raw_brand_ratings.relationship between 1 and 7
            then (raw_brand_ratings.relationship - 1) / 6.0 * 100.0
    end as relationship_score,
    raw_brand_ratings.next_choice,
    cast(raw_brand_ratings.purchases_per_year as double) as purchases_per_year,
    raw_brand_ratings.spend_per_purchase
from customers
inner join raw_brand_ratings on customers.customer_id = raw_brand_ratings.customer_id
