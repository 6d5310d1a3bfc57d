-- customer_history: what each customer has bought up to the end of the period.
--
-- The conventions are those of Fader, Hardie and Lee (2005): frequency counts the purchase days
-- after the first, the clock of a customer starts on the first purchase day, and the spend of that
-- first day is not part of the repeat spend. The last day of the window is the day that holds the
-- last instant before $period_end. All sums are of decimals, so they do not depend on the order of
-- adding.
select
    customer_id,
    min(purchase_day) as first_purchase_day,
    max(purchase_day) as last_purchase_day,
    count(*) as purchase_days,
    count(gap_days) as frequency,
    max(purchase_day) - min(purchase_day) as purchase_span_days,
    cast($period_end - interval '1 microsecond' as date) - max(purchase_day) as recency_days,
    cast($period_end - interval '1 microsecond' as date) - min(purchase_day) as tenure_days,
    last_value(gap_days order by purchase_day) as last_gap_days,
    cast(sum(spend) as decimal(18, 2)) as total_spend,
    cast(sum(spend) filter (where gap_days is not null) as decimal(18, 2)) as repeat_spend,
    cast(sum(spend) filter (where gap_days is not null) as double)
        / nullif(count(gap_days), 0) as mean_repeat_spend
from customer_purchase_day
where purchase_day <= cast($period_end - interval '1 microsecond' as date)
group by customer_id
