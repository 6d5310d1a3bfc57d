-- target_contact: to whom each promotion was shown or not, ranked by what was known before, and what they
-- did then.
--
-- The score is what a customer had spent before the day of the contact, a purchase counting half as much
-- for every $target_half_life_days of its age: recency, frequency and money in one amount. It uses no later data, so
-- that gains are those of a feasible selection. Customers of equal score stay together, in the decile that contains
-- the middle of them.
with watched as (
    select
        promotion_id,
        customer_id,
        is_treated,
        treated_share,
        exposed_on
    from promotion_contact
    where cast($period_end - interval '1 microsecond' as date) - exposed_on >= $response_days
),
purchases as (
    select
        watched.promotion_id,
        watched.customer_id,
        sum(
            cast(purchase.spend as double)
            * power(
                0.5,
                cast(watched.exposed_on - purchase.purchase_day as double)
                / $target_half_life_days
            )
        ) filter (where purchase.purchase_day < watched.exposed_on) as score,
        sum(purchase.spend) filter (where purchase.purchase_day > watched.exposed_on) as spend
    from watched
    inner join customer_purchase_day as purchase on watched.customer_id = purchase.customer_id
    where purchase.purchase_day - watched.exposed_on <= $response_days
    group by watched.promotion_id, watched.customer_id
),
scored as (
    select
        watched.promotion_id,
        watched.customer_id,
        watched.is_treated,
        watched.treated_share,
        coalesce(purchases.score, 0.0) as score,
        purchases.spend is not null as is_response,
        cast(coalesce(purchases.spend, 0) as decimal(18, 2)) as spend
    from watched
    left join purchases
        on
            watched.promotion_id = purchases.promotion_id
            and watched.customer_id = purchases.customer_id
),
ranked as (
    select
        *,
        rank() over (partition by promotion_id order by score desc) as place,
        count(*) over (partition by promotion_id, score) as equals,
        count(*) over (partition by promotion_id) as customers
    from scored
)
select
    promotion_id,
    customer_id,
    is_treated,
    treated_share,
    score,
    is_response,
    spend,
    least(
        10,
        1 + cast(floor(10.0 * (place - 1 + (equals - 1) / 2.0) / customers) as int)
    ) as decile
from ranked
