-- customer_stage: the lifecycle stage of each customer, at the ends of the period and of the one before.
--
-- Activity and stage compare the silence of a customer with the gap that ends nine times in ten.
-- Under steady buying with a mean gap g that is ln(10)·g (Ehrenberg 1959), and so it is taken from
-- the customer's own gaps when there are enough of them; otherwise it is the ninth decile of the
-- gaps of all customers. It is never shorter than the median gap of all, which keeps a burst of
-- purchases from making the customer look lost a week later. If there are too few gaps of all
-- customers (`minimum_gaps`), everything is NULL, and `stage_reason` says so.
with activity as (
    select
        history.moment,
        history.customer_id,
        history.frequency,
        history.recency_days,
        history.tenure_days,
        history.last_gap_days,
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
    from customer_history_by_moment as history
    inner join purchase_gap as gap on history.moment = gap.moment
)
select
    moment,
    customer_id,
    tenure_days < median_gap_days as is_too_new_to_repeat,
    active_within_days,
    recency_days <= active_within_days as is_active,
    case
        when active_within_days is null then null
        when recency_days > 2 * active_within_days then 'lapsed'
        when recency_days > active_within_days then 'declining'
        when last_gap_days > 2 * long_gap_days then 'reactivated'
        when frequency = 0 then 'new'
        when frequency < $mature_frequency then 'developing'
        else 'mature'
    end as stage,
    case when active_within_days is null then 'too_few_gaps' end as stage_reason
from activity
