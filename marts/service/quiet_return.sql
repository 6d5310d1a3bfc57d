-- quiet_return: who comes back after purchases without a complaint, in the same cells as those with a resolved
-- complaint, to test the service recovery paradox (McCollough, Berry and Yadav 2000).
with cells as (
    select
        frequency_class,
        gap_class,
        count(*) as complaints
    from complaint_case
    where is_put_right and frequency_class is not null
    group by frequency_class, gap_class
),
quiet as (
    select
        purchase.return_days,
        purchase.is_returned,
        cast(cells.complaints as double)
        / count(*) over (partition by purchase.frequency_class, purchase.gap_class) as weight
    from purchase_case as purchase
    inner join cells
        on
            purchase.frequency_class = cells.frequency_class
            and purchase.gap_class = cells.gap_class
    where
        not purchase.has_complaint
        and cast($period_end - interval '1 microsecond' as date) - purchase.purchase_day
        < $service_window_days
),
curve as (
    select
        kaplan_meier(return_days, is_returned, weight, weights => 'design') as quiet,
        max(return_days) as watched_days
    from quiet
)
select
    case when watched_days = $return_days then quiet[-1]['survival'] end as quiet,
    case when watched_days = $return_days then quiet[-1]['lower'] end as quiet_lower,
    case when watched_days = $return_days then quiet[-1]['upper'] end as quiet_upper
from curve
