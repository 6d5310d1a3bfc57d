-- The measures of the period, in the order in which people read them, with the unit of each.
with measures (place, kpi, unit) as (
    values
    (1, 'customer_equity', 'money'),
    (2, 'mean_clv', 'money'),
    (3, 'customers', 'count'),
    (4, 'active_customers', 'count'),
    (5, 'retention_rate', 'share'),
    (6, 'churn_rate', 'share'),
    (7, 'repurchase_rate', 'share'),
    (8, 'gross_revenue_retention', 'share'),
    (9, 'net_revenue_retention', 'share'),
    (10, 'csat', 'share'),
    (11, 'nps', 'points'),
    (12, 'ces', 'marks'),
    (13, 'database_coverage', 'share')
)
select
    fact_kpi.kpi,
    fact_kpi.segment,
    coalesce(measures.unit, 'number') as unit,
    fact_kpi.value,
    fact_kpi.lower,
    fact_kpi.upper,
    fact_kpi.numerator,
    fact_kpi.denominator,
    fact_kpi.n,
    fact_kpi.target,
    fact_kpi.status,
    fact_kpi.previous_value,
    fact_kpi.previous_lower,
    fact_kpi.previous_upper,
    fact_kpi.previous_n,
    fact_kpi.change,
    fact_kpi.change_lower,
    fact_kpi.change_upper,
    fact_kpi.adjusted_p_value,
    fact_kpi.is_changed
from fact_kpi
left join measures on fact_kpi.kpi = measures.kpi
where fact_kpi.period = $period
order by measures.place, fact_kpi.kpi, fact_kpi.segment <> 'all', fact_kpi.segment
