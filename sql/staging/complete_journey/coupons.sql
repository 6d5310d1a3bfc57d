-- coupons: which products a coupon of a campaign is good for. Some rows are there twice.
select distinct
    coupon.campaign_id as promotion_id,
    coupon.coupon_upc as coupon_id,
    coupon.product_id
from raw_campaign_descriptions as description
inner join raw_coupons as coupon on description.campaign_id = coupon.campaign_id
