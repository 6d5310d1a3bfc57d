-- fact_customer_loyalty: what each customer has done, per period.
--
-- Scores (Hughes 1994) run from 1 to 5 with 5 the best. `rfm_rule` chooses how: `quantile` cuts the
-- values at their type 7 quintiles (equal values always score alike, a score may stay empty);
-- `ntile` deals the customers, ordered by value and then by customer_id, into five groups of equal
-- size (no score stays empty, equal values may score apart). Recency is reversed in both, in ntile
-- by dealing the longest silence first. Any other word leaves the scores NULL, and the check stops
-- the run.
--
-- Activity and stage compare the silence of a customer with the gap that ends nine times in ten.
-- Under steady buying with a mean gap g that is ln(10)·g (Ehrenberg 1959), and so it is taken from
-- the customer's own gaps when there are enough of them; otherwise it is the ninth decile of the
-- gaps of all customers. It is never shorter than the median gap of all, which keeps a burst of
-- purchases from making the customer look lost a week later. Where the gaps of all are too few to
-- tell (`minimum_gaps`), all of it is NULL, and `stage_reason` says so.
with quintile_cuts as (
    select
        quantile_cuts(recency_days, 5) as recency_cuts,
        quantile_cuts(frequency, 5) as frequency_cuts,
        quantile_cuts(total_spend, 5) as spend_cuts
    from customer_history
),
histories as (
    select
        history.customer_id,
        history.first_purchase_day,
        history.last_purchase_day,
        history.purchase_days,
        history.frequency,
        history.purchase_span_days,
        history.recency_days,
        history.tenure_days,
        history.last_gap_days,
        history.total_spend,
        gap.median_gap_days,
        gap.long_gap_days,
        case
            when gap.gaps < $minimum_gaps then null
            when history.frequency >= $mature_frequency
                then greatest(
                    ln(10.0) * history.purchase_span_days / history.frequency,
                    gap.median_gap_days
                )
            else gap.long_gap_days
        end as active_within_days
    from customer_history as history
    cross join purchase_gap as gap
),
scored_histories as (
    select
        histories.*,
        case $rfm_rule
            when 'quantile' then 6 - cut_score(histories.recency_days, cuts.recency_cuts)
            when 'ntile' then
                ntile(5) over (order by histories.recency_days desc, histories.customer_id)
        end as recency_score,
        case $rfm_rule
            when 'quantile' then cut_score(histories.frequency, cuts.frequency_cuts)
            when 'ntile' then
                ntile(5) over (order by histories.frequency, histories.customer_id)
        end as frequency_score,
        case $rfm_rule
            when 'quantile' then cut_score(histories.total_spend, cuts.spend_cuts)
            when 'ntile' then
                ntile(5) over (order by histories.total_spend, histories.customer_id)
        end as monetary_score
    from histories
    cross join quintile_cuts as cuts
)
select
    history.customer_id,
    history.first_purchase_day,
    history.last_purchase_day,
    history.purchase_days,
    history.frequency,
    history.frequency > 0 as is_repeat,
    history.tenure_days < history.median_gap_days as is_too_new_to_repeat,
    history.purchase_span_days,
    history.recency_days,
    history.tenure_days,
    history.total_spend,
    cast(history.total_spend as double) / history.purchase_days as monetary,
    cast(history.recency_score as int) as recency_score,
    cast(history.frequency_score as int) as frequency_score,
    cast(history.monetary_score as int) as monetary_score,
    concat(
        cast(history.recency_score as varchar),
        cast(history.frequency_score as varchar),
        cast(history.monetary_score as varchar)
    ) as rfm_code,
    history.active_within_days,
    history.recency_days <= history.active_within_days as is_active,
    case
        when history.active_within_days is null then null
        when history.recency_days > 2 * history.active_within_days then 'lapsed'
        when history.recency_days > history.active_within_days then 'declining'
        when history.last_gap_days > 2 * history.long_gap_days then 'reactivated'
        when history.frequency = 0 then 'new'
        when history.frequency < $mature_frequency then 'developing'
        else 'mature'
    end as stage,
    case when history.active_within_days is null then 'too_few_gaps' end as stage_reason,
    basket.category_count as cross_buy_count,
    basket.category_entropy as cross_buy_entropy,
    case
        when basket.lines_with_known_promotion >= $deal_share_minimum_lines then basket.deal_share
    end as deal_share,
    case
        when basket.lines_with_known_promotion >= $deal_share_minimum_lines then basket.deal_depth
    end as deal_depth
from scored_histories as history
left join customer_basket as basket on history.customer_id = basket.customer_id
