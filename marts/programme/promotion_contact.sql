-- promotion_contact: one row per promotion and customer to whom it was shown, or from whom it was withheld, before
-- the end of the period. The first time decides: a customer who is shown a promotion after it was withheld stays in
-- the assigned arm.
select
    exposure.promotion_id,
    exposure.customer_id,
    promotion.promotion_type,
    promotion.starts_on,
    promotion.ends_on,
    not first_value(exposure.is_control order by exposure.exposed_at) as is_treated,
    cast(min(exposure.exposed_at) as date) as exposed_on,
    max(exposure.treated_share) as treated_share
from promotions as promotion
inner join exposures as exposure on promotion.promotion_id = exposure.promotion_id
where exposure.exposed_at < $period_end
group by
    exposure.promotion_id,
    exposure.customer_id,
    promotion.promotion_type,
    promotion.starts_on,
    promotion.ends_on
