-- fact_redemption: the coupons that customers handed in.
select
    promotion_id,
    customer_id,
    coupon_id,
    redeemed_at
from redemptions
