-- customer_score: recency, frequency and money of each customer as scores (Hughes 1994), per period.
--
-- Scores run from 1 to 5 with 5 the best. `rfm_rule` chooses how: `quantile` cuts the values at their
-- type 7 quintiles (equal values always have equal scores, a score may be empty); `ntile` divides
-- the customers, ordered by value and then by customer_id, into five groups of equal size (no score is empty, equal
-- values may have different scores). Recency is reversed in both, in ntile by starting with the longest silence. Any
-- other word leaves the scores NULL, and the check of fact_customer_loyalty stops the run.
with quintile_cuts as (
    select
        quantile_cuts(recency_days, 5) as recency_cuts,
        quantile_cuts(frequency, 5) as frequency_cuts,
        quantile_cuts(total_spend, 5) as spend_cuts
    from customer_history
)
select
    history.customer_id,
    case $rfm_rule
        when 'quantile' then 6 - cut_score(history.recency_days, cuts.recency_cuts)
        when 'ntile' then
            ntile(5) over (order by history.recency_days desc, history.customer_id)
    end as recency_score,
    case $rfm_rule
        when 'quantile' then cut_score(history.frequency, cuts.frequency_cuts)
        when 'ntile' then
            ntile(5) over (order by history.frequency, history.customer_id)
    end as frequency_score,
    case $rfm_rule
        when 'quantile' then cut_score(history.total_spend, cuts.spend_cuts)
        when 'ntile' then
            ntile(5) over (order by history.total_spend, history.customer_id)
    end as monetary_score
from customer_history as history
cross join quintile_cuts as cuts
