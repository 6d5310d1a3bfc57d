-- promotions: the promotions that have begun.
select
    promotion_id,
    promotion_type,
    starts_on,
    ends_on
from raw_promotions
where cast(starts_on as timestamp) < $as_of
