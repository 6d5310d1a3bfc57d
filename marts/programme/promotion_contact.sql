-- promotion_contact: one row per promotion and customer before whom it was put, or from whom it was held back, before the
-- end of the period. The first time decides for good: whoever is shown a promotion that was held back from them stays
-- where chance put them.
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
