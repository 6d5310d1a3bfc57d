-- A promotion is dealt to one share of its customers, or to none by chance.
select
    promotion_id,
    count(distinct treated_share) as shares,
    count(treated_share) as rows_with_a_share,
    count(*) as all_rows
from exposures
group by promotion_id
having
    count(distinct treated_share) > 1
    or (count(treated_share) > 0 and count(treated_share) < count(*))
