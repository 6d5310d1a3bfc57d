-- A coupon is handed in with a purchase. Were the moments of purchases read on a wrong clock, late ones
-- would fall on the next day and some coupons on a day without any. The day of as-of is not over.
with shopping_days as (
    select distinct
        household_id,
        cast(purchased_at as date) as day
    from basket_line
)
select redemptions.*
from redemptions
left anti join shopping_days
    on
        redemptions.customer_id = shopping_days.household_id
        and cast(redemptions.redeemed_at as date) = shopping_days.day
where redemptions.redeemed_at < date_trunc('day', $as_of)
