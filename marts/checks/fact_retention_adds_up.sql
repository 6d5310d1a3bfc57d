-- Active customers at the start are kept or lost, those at the end kept, back or new; segments add up to
-- all, and the cells of fact_loyalty_transition to both.
with sums as (
    select
        period,
        sum(customers_at_end) as customers,
        sum(active_at_start) as active_at_start,
        sum(retained_customers) as retained,
        sum(active_at_end) as active_at_end
    from fact_retention
    where segment <> 'all'
    group by period
),
moves as (
    select
        period,
        segment,
        sum(customers) filter (
            where stage_at_start in ('new', 'developing', 'mature', 'reactivated')
        ) as active_at_start,
        sum(customers) filter (
            where stage_at_end in ('new', 'developing', 'mature', 'reactivated')
        ) as active_at_end
    from fact_loyalty_transition
    group by period, segment
)
select
    retention.period,
    retention.segment,
    retention.active_at_start,
    moves.active_at_start as active_at_start_of_moves,
    sums.active_at_start as active_at_start_of_segments,
    retention.active_at_end,
    moves.active_at_end as active_at_end_of_moves,
    sums.active_at_end as active_at_end_of_segments
from fact_retention as retention
left join moves
    on retention.period = moves.period and retention.segment = moves.segment
left join sums on retention.period = sums.period and retention.segment = 'all'
where
    retention.active_at_start <> retention.retained_customers + retention.churned_customers
    or retention.active_at_end
    <> retention.retained_customers
    + retention.reactivated_customers
    + retention.acquired_customers
    or retention.active_at_start <> coalesce(moves.active_at_start, 0)
    or retention.active_at_end <> coalesce(moves.active_at_end, 0)
    or (
        retention.segment = 'all'
        and (
            (sums.customers is distinct from retention.customers_at_end)
            or sums.active_at_start <> retention.active_at_start
            or sums.retained <> retention.retained_customers
            or sums.active_at_end <> retention.active_at_end
        )
    )
