-- customer_history_by_moment: what each customer had bought up to the ends of the period and of the one
-- before.
--
-- The conventions are those of Fader, Hardie and Lee (2005): frequency counts the purchase days
-- after the first, the clock of a customer starts on the first purchase day, and the spend of that
-- first day is not part of the repeat spend. All sums are of decimals, so they do not depend on the
-- order of adding.
select
    moment.moment,
    days.customer_id,
    min(days.purchase_day) as first_purchase_day,
    max(days.purchase_day) as last_purchase_day,
    count(*) as purchase_days,
    count(days.gap_days) as frequency,
    max(days.purchase_day) - min(days.purchase_day) as purchase_span_days,
    moment.last_day - max(days.purchase_day) as recency_days,
    moment.last_day - min(days.purchase_day) as tenure_days,
    last_value(days.gap_days order by days.purchase_day) as last_gap_days,
    cast(sum(days.spend) as decimal(18, 2)) as total_spend,
    cast(sum(days.spend) filter (where days.gap_days is not null) as decimal(18, 2)) as repeat_spend,
    cast(sum(days.spend) filter (where days.gap_days is not null) as double)
        / nullif(count(days.gap_days), 0) as mean_repeat_spend
from moment
inner join customer_purchase_day as days on moment.last_day >= days.purchase_day
group by moment.moment, moment.last_day, days.customer_id
