-- redemptions: the coupons that households handed in, by day.
select
    campaign_id as promotion_id,
    household_id as customer_id,
    coupon_upc as coupon_id,
    redemption_date as redeemed_at
from raw_coupon_redemptions
