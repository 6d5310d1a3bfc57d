-- A promotion has one treated share of its customers, or no random assignment.
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
