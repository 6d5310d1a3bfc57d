-- Only a household that a campaign was mailed to has its coupons, and only coupons of the campaign.
select redemptions.*
from redemptions
left join exposures
    on
        redemptions.promotion_id = exposures.promotion_id
        and redemptions.customer_id = exposures.customer_id
left join (
    select distinct promotion_id, coupon_id
    from coupons
) as coupon
    on redemptions.promotion_id = coupon.promotion_id and redemptions.coupon_id = coupon.coupon_id
where exposures.customer_id is null or coupon.coupon_id is null
