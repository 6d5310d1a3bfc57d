-- measure: the measures of the other tables, one below the other.
--
-- Nothing is worked out anew: each is a column of a published table. What a measure was at the start of the
-- period is told where its table tells it.
select
    segment,
    unnest(['customers', 'repurchase_rate', 'mean_clv']) as kpi,
    unnest([cast(customers as double), repurchase_rate, mean_clv]) as value,
    unnest([null, cast(repeat_customers as double), cast(customer_equity as double)]) as numerator,
    unnest([null, cast(customers as double), cast(customers_valued as double)]) as denominator,
    unnest([customers, customers, customers_valued]) as n,
    unnest([null, repurchase_rate_lower, null]) as lower,
    unnest([null, repurchase_rate_upper, null]) as upper,
    unnest([cast(null as double), null, null]) as value_at_start
from fact_equity
union all
select
    segment,
    'customer_equity' as kpi,
    cast(equity_at_end as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    customers_at_start + acquired_customers as n,
    cast(null as double) as lower,
    cast(null as double) as upper,
    cast(equity_at_start as double) as value_at_start
from fact_equity_bridge
union all
select
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
    unnest([cast(active_at_start as double), null, null, null, null]) as value_at_start
from fact_retention
union all
select
    segment,
    unnest(['csat', 'nps', 'ces']) as kpi,
    unnest([csat, nps, ces]) as value,
    unnest([csat_numerator, nps_promoters - nps_detractors, ces_numerator]) as numerator,
    unnest([csat_denominator, nps_promoters + nps_passives + nps_detractors, ces_denominator])
        as denominator,
    unnest([csat_n, nps_n, ces_n]) as n,
    unnest([csat_lower, nps_lower, ces_lower]) as lower,
    unnest([csat_upper, nps_upper, ces_upper]) as upper,
    unnest([cast(null as double), null, null]) as value_at_start
from fact_satisfaction
union all
select
    'all' as segment,
    'database_coverage' as kpi,
    coverage as value,
    cast(known_orders as double) as numerator,
    cast(orders as double) as denominator,
    orders as n,
    coverage_lower as lower,
    coverage_upper as upper,
    cast(null as double) as value_at_start
from fact_database_coverage
where channel = 'all'
