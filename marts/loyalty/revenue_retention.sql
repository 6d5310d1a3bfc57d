-- revenue_retention: how much of the spend of the previous window remains, by segment, as of
-- the end of the period and of the one before.
--
-- Two windows of the same length precede either end, one directly before the other. Gross
-- retention counts what each customer still spends, but never more than before; in net retention, higher
-- spend of some offsets that of others. Customers acquired since are in neither. The limits are those of a
-- ratio of two sums (Cochran 1977). Unless there were orders throughout the earlier window, everything is NULL.
with window_end as (
    select
        moment.moment = 'start' as is_previous,
        moment.last_day,
        max(history.tenure_days) >= 2 * $revenue_window_days - 1 as is_complete
    from moment
    inner join customer_history_by_moment as history on moment.moment = history.moment
    where moment.moment <> 'previous_start'
    group by moment.moment, moment.last_day
),
window_spends as (
    select
        window_end.is_previous,
        days.customer_id,
        sum(days.spend) filter (
            where window_end.last_day - days.purchase_day >= $revenue_window_days
        ) as spend_before,
        greatest(
            coalesce(
                sum(days.spend) filter (
                    where window_end.last_day - days.purchase_day < $revenue_window_days
                ),
                0.00
            ),
            0.00
        ) as spend_since
    from window_end
    inner join customer_purchase_day as days
        on
            window_end.last_day >= days.purchase_day
            and window_end.is_complete
            and window_end.last_day - days.purchase_day < 2 * $revenue_window_days
    group by window_end.is_previous, days.customer_id
),
spenders as (
    select
        spends.is_previous,
        customer.segment,
        cast(spends.spend_before as decimal(18, 2)) as spend_before,
        cast(spends.spend_since as decimal(18, 2)) as spend_since,
        cast(least(spends.spend_since, spends.spend_before) as decimal(18, 2)) as spend_kept
    from window_spends as spends
    inner join customer_transition_by_period as customer
        on
            spends.customer_id = customer.customer_id
            and spends.is_previous = customer.is_previous
    where spends.spend_before > 0
),
segments as (
    select
        is_previous,
        unnest(['all', segment]) as segment,
        spend_before,
        spend_since,
        spend_kept
    from spenders
),
sums as (
    select
        is_previous,
        segment,
        count(*) as customers,
        sum(spend_before) as spend_before,
        sum(spend_kept) as spend_kept,
        sum(spend_since) as spend_since,
        cast(sum(cast(spend_before * spend_before as decimal(38, 4))) as double) as before_squared,
        cast(sum(cast(spend_kept * spend_kept as decimal(38, 4))) as double) as kept_squared,
        cast(sum(cast(spend_since * spend_since as decimal(38, 4))) as double) as since_squared,
        cast(sum(cast(spend_before * spend_kept as decimal(38, 4))) as double) as before_by_kept,
        cast(sum(cast(spend_before * spend_since as decimal(38, 4))) as double) as before_by_since
    from segments
    group by is_previous, segment
),
rates as (
    select
        *,
        cast(spend_kept as double) / cast(spend_before as double) as gross_rate,
        cast(spend_since as double) / cast(spend_before as double) as net_rate,
        sqrt(cast(customers as double) / nullif(customers - 1, 0)) / cast(spend_before as double)
            as scale
    from sums
)
select
    is_previous,
    segment,
    customers,
    cast(spend_before as decimal(18, 2)) as spend_before,
    cast(spend_kept as decimal(18, 2)) as spend_kept,
    cast(spend_since as decimal(18, 2)) as spend_since,
    gross_rate,
    scale * sqrt(
        greatest(
            kept_squared - 2 * gross_rate * before_by_kept + gross_rate * gross_rate * before_squared,
            0.0
        )
    ) as gross_rate_standard_error,
    net_rate,
    scale * sqrt(
        greatest(
            since_squared - 2 * net_rate * before_by_since + net_rate * net_rate * before_squared,
            0.0
        )
    ) as net_rate_standard_error
from rates
