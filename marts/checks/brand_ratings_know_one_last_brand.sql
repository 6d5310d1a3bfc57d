-- Whoever compares brands has bought one of them last, and one of them is this one.
select
    customer_id,
    asked_at,
    count(*) filter (where is_last) as last_brands,
    count(*) filter (where is_own) as own_brands
from brand_ratings
group by customer_id, asked_at
having count(*) filter (where is_last) > 1 or count(*) filter (where is_own) > 1
