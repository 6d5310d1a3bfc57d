-- purchase_gap: how long customers usually wait from one purchase day to the next, as known at the ends of
-- the period and of the one before. Three rows.
--
-- Only completed gaps count; an open silence is not a gap yet. The deciles are type 7
-- quantiles, so the fifth is the median and the ninth is the silence that nine gaps in ten end
-- before. For fewer than $minimum_gaps gaps both are NULL: the ninth decile of a handful is little
-- more than the longest of them.
with gap_deciles as (
    select
        moment.moment,
        count(days.gap_days) as gaps,
        quantile_cuts(days.gap_days, 10) as deciles
    from moment
    left join customer_purchase_day as days
        on moment.last_day >= days.purchase_day and days.gap_days is not null
    group by moment.moment
)
select
    moment,
    gaps,
    case when gaps >= $minimum_gaps then deciles[5] end as median_gap_days,
    case when gaps >= $minimum_gaps then deciles[9] end as long_gap_days
from gap_deciles
