-- dim_promotion: the promotions that have begun, and what their coupons are good for.
with offers as (
    select
        promotion_id,
        count(distinct coupon_id) as coupons,
        count(distinct product_id) as products
    from coupons
    group by promotion_id
)
select
    promotions.promotion_id,
    promotions.promotion_type,
    promotions.starts_on,
    promotions.ends_on,
    offers.coupons,
    offers.products
from offers
right join promotions on offers.promotion_id = promotions.promotion_id
