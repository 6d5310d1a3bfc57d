-- brand_choice: the newest comparison of brands of each customer before the end of the period, ready for a logit.
--
-- A logit of shares is linear once every figure is taken less its mean over the brands that a customer compares
-- (Nakanishi and Cooper 1974): the logarithm of the chance to be chosen next, the scores, and whether the brand
-- was bought last. Chances are shares of their sum; one of 0 is taken for $smallest_choice, for nothing has
-- a logarithm. A comparison that is not whole would leave brands out of the choice and is left out itself.
with newest as (
    select
        customer_id,
        max(asked_at) as asked_at
    from brand_ratings
    where asked_at < $period_end
    group by customer_id
),
sheets as (
    select
        rating.*,
        row_number() over (partition by rating.customer_id order by rating.brand) as place,
        count(*) over sheet as brands,
        count(rating.value_score + rating.brand_score + rating.relationship_score + rating.next_choice)
            over sheet as answered,
        sum(case when rating.is_own then 1 else 0 end) over sheet as own_brands,
        sum(rating.next_choice) over sheet as all_choices
    from newest
    inner join brand_ratings as rating
        on newest.customer_id = rating.customer_id and newest.asked_at = rating.asked_at
    window sheet as (partition by rating.customer_id)
),
choices as (
    select
        *,
        ln(greatest(next_choice / all_choices, $smallest_choice)) as log_choice,
        case when is_last then 1.0 else 0.0 end as last
    from sheets
    where brands >= 2 and answered = brands and own_brands = 1 and all_choices > 0.0
)
select
    customer_id,
    brand,
    place,
    is_own,
    is_last,
    value_score,
    brand_score,
    relationship_score,
    next_choice / all_choices as next_choice,
    purchases_per_year,
    cast(spend_per_purchase as double) as spend_per_purchase,
    log_choice - avg(log_choice) over sheet as centred_choice,
    value_score - avg(value_score) over sheet as centred_value,
    brand_score - avg(brand_score) over sheet as centred_brand,
    relationship_score - avg(relationship_score) over sheet as centred_relationship,
    last - avg(last) over sheet as centred_last
from choices
window sheet as (partition by customer_id)
