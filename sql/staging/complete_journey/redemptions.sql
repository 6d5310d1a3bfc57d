-- redemptions: the coupons that households handed in, by day, which the files write as midnights in UTC.
with by_day as (
    select
        campaign_id as promotion_id,
        household_id as customer_id,
        coupon_upc as coupon_id,
        cast(cast(redemption_date at time zone 'UTC' as date) as timestamp) as redeemed_at
    from raw_coupon_redemptions
)
select *
from by_day
where redeemed_at < $as_of
