-- fact_visit: visits, conversion, return and time to decide, by segment and for all (Srinivasan, Anderson
-- and Ponnavolu 2002; Moe and Fader 2004; Bucklin and Sismeiro 2003).
--
-- Bots are left out. Whether a visit is followed by another is known once revisit_days have
-- passed, so the rate of a period is of visits whose time to return ended in it, by identified customers.
with visits as (
    select
        visit.customer_id,
        coalesce(customer.segment, 'unknown') as segment,
        visit.order_id is not null as has_order,
        visit.started_at >= $period_start as is_in_period,
        visit.customer_id is not null
        and visit.started_at >= $period_start - $revisit_days * interval '1 day'
        and visit.started_at < $period_end - $revisit_days * interval '1 day' as can_return,
        lead(visit.started_at) over (
            partition by visit.customer_id order by visit.started_at, visit.session_id
        ) <= visit.started_at + $revisit_days * interval '1 day' as has_returned
    from sessions as visit
    left join dim_customer as customer on visit.customer_id = customer.customer_id
    where
        not visit.is_bot
        and visit.started_at < $period_end
        and visit.started_at >= $period_start - $revisit_days * interval '1 day'
),
visit_counts as (
    select
        segments.segment,
        count(*) filter (where is_in_period) as visits,
        count(*) filter (where is_in_period and customer_id is null) as anonymous_visits,
        count(distinct case when is_in_period then customer_id end) as visitors,
        count(*) filter (where is_in_period and has_order) as visits_with_order,
        count(*) filter (where can_return) as could_return,
        count(*) filter (where can_return and has_returned) as returned
    from (
        select * from visits
        union all
        select
            customer_id,
            'all' as segment,
            has_order,
            is_in_period,
            can_return,
            has_returned
        from visits
    ) as segments
    group by segments.segment
)
select
    counts.segment,
    counts.visits,
    counts.anonymous_visits,
    counts.visitors,
    cast(counts.visits - counts.anonymous_visits as double) / nullif(counts.visitors, 0)
        as visits_per_visitor,
    cast(counts.visits_with_order as double) / nullif(counts.visits, 0) as conv_rate,
    wilson_lower(counts.visits_with_order, counts.visits) as conv_rate_lower,
    wilson_upper(counts.visits_with_order, counts.visits) as conv_rate_upper,
    counts.visits_with_order as conv_rate_numerator,
    counts.visits as conv_rate_denominator,
    cast(counts.returned as double) / nullif(counts.could_return, 0) as revisit_rate,
    wilson_lower(counts.returned, counts.could_return) as revisit_rate_lower,
    wilson_upper(counts.returned, counts.could_return) as revisit_rate_upper,
    counts.returned as revisit_rate_numerator,
    counts.could_return as revisit_rate_denominator,
    coalesce(times.decisions, 0) as decisions,
    coalesce(times.wrong_clocks, 0) as wrong_clocks,
    times.median_minutes as decision_time_min,
    times.low as decision_time_min_p01,
    times.high as decision_time_min_p99,
    exp(times.slope) - 1.0 as decision_learning,
    exp(times.slope - 1.959963984540054 * times.standard_error) - 1.0 as decision_learning_lower,
    exp(times.slope + 1.959963984540054 * times.standard_error) - 1.0 as decision_learning_upper
from visit_counts as counts
left join segment_decision as times on counts.segment = times.segment
