-- measure: the measures of the other tables, one per row, of the period and of the one before.
--
-- Nothing is recomputed: each is a column of a stage from which a published table takes the period.
select
    moment = 'start' as is_previous,
    segment,
    unnest(['customers', 'repurchase_rate', 'customer_equity', 'mean_clv']) as kpi,
    unnest(
        [cast(customers as double), repurchase_rate, cast(customer_equity as double), mean_clv]
    ) as value,
    unnest([null, cast(repeat_customers as double), null, cast(customer_equity as double)])
        as numerator,
    unnest([null, cast(customers as double), null, cast(customers_valued as double)])
        as denominator,
    unnest([customers, customers, customers, customers_valued]) as n,
    unnest([null, repurchase_rate_lower, null, null]) as lower,
    unnest([null, repurchase_rate_upper, null, null]) as upper,
    unnest([cast(null as double), null, null, null]) as standard_error
from equity_by_moment
union all
select
    is_previous,
    segment,
    unnest(
        [
            'active_customers',
            'retention_rate',
            'churn_rate',
            'gross_revenue_retention',
            'net_revenue_retention'
        ]
    ) as kpi,
    unnest(
        [
            cast(active_at_end as double),
            retention_rate,
            churn_rate,
            gross_revenue_retention,
            net_revenue_retention
        ]
    ) as value,
    unnest(
        [
            null,
            cast(retained_customers as double),
            cast(churned_customers as double),
            cast(revenue_kept as double),
            cast(revenue_since as double)
        ]
    ) as numerator,
    unnest(
        [
            null,
            cast(active_at_start as double),
            cast(active_at_start as double),
            cast(revenue_before as double),
            cast(revenue_before as double)
        ]
    ) as denominator,
    unnest(
        [customers_at_end, active_at_start, active_at_start, revenue_customers, revenue_customers]
    ) as n,
    unnest(
        [
            null,
            retention_rate_lower,
            churn_rate_lower,
            gross_revenue_retention_lower,
            net_revenue_retention_lower
        ]
    ) as lower,
    unnest(
        [
            null,
            retention_rate_upper,
            churn_rate_upper,
            gross_revenue_retention_upper,
            net_revenue_retention_upper
        ]
    ) as upper,
    unnest(
        [
            cast(null as double),
            null,
            null,
            gross_revenue_retention_standard_error,
            net_revenue_retention_standard_error
        ]
    ) as standard_error
from retention_by_period
union all
select
    is_previous,
    segment,
    unnest(['csat', 'nps', 'ces']) as kpi,
    unnest([csat, nps, ces]) as value,
    unnest([csat_numerator, nps_promoters - nps_detractors, ces_numerator]) as numerator,
    unnest([csat_denominator, nps_promoters + nps_passives + nps_detractors, ces_denominator])
        as denominator,
    unnest([csat_n, nps_n, ces_n]) as n,
    unnest([csat_lower, nps_lower, ces_lower]) as lower,
    unnest([csat_upper, nps_upper, ces_upper]) as upper,
    unnest([cast(null as double), null, null]) as standard_error
from satisfaction_by_period
union all
select
    is_previous,
    'all' as segment,
    'database_coverage' as kpi,
    coverage as value,
    cast(known_orders as double) as numerator,
    cast(orders as double) as denominator,
    orders as n,
    coverage_lower as lower,
    coverage_upper as upper,
    cast(null as double) as standard_error
from database_coverage_by_period
where channel = 'all'
