-- How many customers are in each cell of both schemes; shares are of those whose cell is known.
with cells as (
    select 'dick_basu' as scheme, loyalty_quadrant as cell, loyalty_quadrant_reason as reason
    from fact_customer_kind
    where period = $period
    union all
    select 'jones_sasser', jones_sasser, jones_sasser_reason
    from fact_customer_kind
    where period = $period
),
counted as (
    select scheme, cell, reason, count(*) as customers
    from cells
    group by scheme, cell, reason
),
totals as (
    select scheme, cast(sum(customers) as bigint) as customers_known
    from counted
    where cell <> 'unknown'
    group by scheme
)
select
    counted.scheme,
    counted.cell,
    counted.reason,
    counted.customers,
    case when counted.cell <> 'unknown' then totals.customers_known end as customers_known,
    case
        when counted.cell <> 'unknown'
            then cast(counted.customers as double) / cast(totals.customers_known as double)
    end as share,
    case
        when counted.cell <> 'unknown'
            then wilson_lower(counted.customers, totals.customers_known)
    end as share_lower,
    case
        when counted.cell <> 'unknown'
            then wilson_upper(counted.customers, totals.customers_known)
    end as share_upper
from counted
left join totals on counted.scheme = totals.scheme
order by counted.scheme, counted.cell = 'unknown', counted.cell, counted.reason
