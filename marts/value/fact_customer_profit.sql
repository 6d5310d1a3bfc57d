-- fact_customer_profit: what each customer has brought and cost up to the end of the period, and the
-- whale curve (Kaplan and Narayanan 2001).
--
-- A kind of cost that is booked for no customer is unknown for all; if it is booked, customers
-- without an entry have none. The curve adds up profits from the highest to the lowest: it rises above the total
-- profit, and customers after its peak reduce it again.
with booked as (
    select
        coalesce(bool_or(kind = 'service'), false) as has_service,
        coalesce(bool_or(kind = 'retention'), false) as has_retention,
        coalesce(bool_or(kind = 'acquisition'), false) as has_acquisition
    from costs
    where booked_at < $period_end and customer_id is not null
),
margins as (
    select
        customer_id,
        cast(sum(spend) as decimal(18, 2)) as revenue,
        cast(sum(costed_spend) as decimal(18, 2)) as costed_revenue,
        cast(sum(margin) as decimal(18, 2)) as margin
    from customer_margin_day
    where purchase_day <= cast($period_end - interval '1 microsecond' as date)
    group by customer_id
),
accounts as (
    select
        margins.customer_id,
        margins.revenue,
        margins.costed_revenue,
        margins.margin,
        case when booked.has_service then coalesce(cost.service_cost, 0.00) end as service_cost,
        case when booked.has_retention then coalesce(cost.retention_cost, 0.00) end
            as retention_cost,
        case when booked.has_acquisition then coalesce(cost.acquisition_cost, 0.00) end
            as acquisition_cost
    from margins
    cross join booked
    left join customer_cost as cost on margins.customer_id = cost.customer_id
),
profits as (
    select
        *,
        cast(margin - service_cost - coalesce(retention_cost, 0.00) as decimal(18, 2)) as profit
    from accounts
),
ranked as (
    select
        *,
        row_number() over (order by profit desc nulls last, customer_id) as place,
        sum(profit) over (order by profit desc nulls last, customer_id) as profit_so_far,
        sum(profit) over () as total_profit,
        count(profit) over () as customers
    from profits
)
select
    customer_id,
    revenue,
    margin,
    cast(costed_revenue as double) / nullif(cast(revenue as double), 0.0) as costed_share,
    cast(service_cost as decimal(18, 2)) as service_cost,
    cast(retention_cost as decimal(18, 2)) as retention_cost,
    profit,
    cast(acquisition_cost as decimal(18, 2)) as acquisition_cost,
    cast(profit - acquisition_cost as decimal(18, 2)) as profit_after_acquisition,
    case when profit is not null then place end as profit_place,
    case when profit is not null then cast(place as double) / customers end as customer_share,
    case when profit is not null then cast(profit_so_far as decimal(18, 2)) end as cumulative_profit,
    case
        when profit is not null and total_profit > 0
            then cast(profit_so_far as double) / cast(total_profit as double)
    end as cumulative_profit_share
from ranked
