-- segment_decision: how long deciding took in the period, by segment and for all, and how it changes.
--
-- The change is the slope of the logarithm of the time over the number of the order, within customers,
-- up to the end of the period: customers who take long may be those who order seldom.
with decisions as (
    select
        decision.customer_id,
        coalesce(customer.segment, 'unknown') as segment,
        decision.ordered_at >= $period_start as is_in_period,
        decision.decision_minutes,
        cast(decision.order_number as double) as order_number,
        case when decision.decision_minutes > 0 then ln(decision.decision_minutes) end as log_minutes
    from order_decision as decision
    inner join dim_customer as customer on decision.customer_id = customer.customer_id
    where decision.ordered_at < $period_end
),
within_customers as (
    select
        customer_id,
        segment,
        count(log_minutes) as n,
        regr_sxx(log_minutes, order_number) as sxx,
        regr_sxy(log_minutes, order_number) as sxy,
        regr_syy(log_minutes, order_number) as syy
    from decisions
    where log_minutes is not null
    group by customer_id, segment
    having count(log_minutes) > 1
),
learning as (
    select
        segments.segment,
        sum(n) - count(*) - 1 as freedom,
        sum(sxx) as sxx,
        sum(sxy) as sxy,
        sum(syy) as syy
    from (
        select * from within_customers
        union all
        select
            customer_id,
            'all' as segment,
            n,
            sxx,
            sxy,
            syy
        from within_customers
    ) as segments
    group by segments.segment
),
slopes as (
    select
        segment,
        sxy / nullif(sxx, 0.0) as slope,
        case
            when freedom > 0 and sxx > 0
                then sqrt(greatest(syy - sxy * sxy / sxx, 0.0) / freedom / sxx)
        end as standard_error
    from learning
),
times as (
    select
        segments.segment,
        count(decision_minutes) as decisions,
        count(*) - count(decision_minutes) as wrong_clocks,
        median(decision_minutes) as median_minutes,
        percentile_cont(0.01) within group (order by decision_minutes) as low,
        percentile_cont(0.99) within group (order by decision_minutes) as high
    from (
        select
            segment,
            decision_minutes
        from decisions
        where is_in_period
        union all
        select
            'all' as segment,
            decision_minutes
        from decisions
        where is_in_period
    ) as segments
    group by segments.segment
)
select
    coalesce(times.segment, slopes.segment) as segment,
    times.decisions,
    times.wrong_clocks,
    times.median_minutes,
    times.low,
    times.high,
    slopes.slope,
    slopes.standard_error
from slopes
full join times on slopes.segment = times.segment
