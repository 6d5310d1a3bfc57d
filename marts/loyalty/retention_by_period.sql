-- retention_by_period: how many of the active customers the period and the one before have kept, and how much
-- of the revenue.
--
-- A customer is active whose silence is no longer than the customer's own or the usual gap allows, at either end
-- by what was known then. Retention is of those who were active at the start; customers who come back after a silence
-- are not part of it and are counted separately. A customer has churned who was active and no longer is: leaving is
-- not observed, so it is inferred from silence, by the rule of the stage.
with lives as (
    select
        is_previous,
        unnest(['all', segment]) as segment,
        was_customer,
        was_active,
        is_active
    from customer_transition_by_period
),
counts as (
    select
        is_previous,
        segment,
        count(*) filter (where was_customer) as customers_at_start,
        count(*) as customers_at_end,
        count(*) filter (where was_active) as active_at_start,
        count(*) filter (where is_active) as active_at_end,
        count(*) filter (where was_active and is_active) as retained,
        count(*) filter (where was_active and not is_active) as churned,
        count(*) filter (where not was_active and is_active) as reactivated,
        count(*) filter (where not was_customer and is_active) as acquired,
        bool_and(not was_customer or was_active is not null) and bool_and(is_active is not null)
            as is_told
    from lives
    group by is_previous, segment
),
told as (
    select
        is_previous,
        segment,
        customers_at_start,
        customers_at_end,
        case when is_told then active_at_start end as active_at_start,
        case when is_told then retained end as retained,
        case when is_told then churned end as churned,
        case when is_told then reactivated end as reactivated,
        case when is_told then acquired end as acquired,
        case when is_told then active_at_end end as active_at_end,
        case
            when not is_told then 'too_few_gaps'
            when active_at_start = 0 then 'nobody_active_at_start'
        end as retention_reason,
        case when is_told then cast(retained as double) / nullif(active_at_start, 0) end
            as retention_rate,
        case
            when is_previous
                then
                cast($period_start - interval '1 microsecond' as date)
                - cast($previous_start - interval '1 microsecond' as date)
            else
                cast($period_end - interval '1 microsecond' as date)
                - cast($period_start - interval '1 microsecond' as date)
        end / 365.25 as years
    from counts
)
select
    told.is_previous,
    told.segment,
    told.customers_at_start,
    told.customers_at_end,
    told.active_at_start,
    told.retained as retained_customers,
    told.churned as churned_customers,
    told.reactivated as reactivated_customers,
    told.acquired as acquired_customers,
    told.active_at_end,
    told.retention_rate,
    wilson_lower(told.retained, told.active_at_start) as retention_rate_lower,
    wilson_upper(told.retained, told.active_at_start) as retention_rate_upper,
    cast(told.churned as double) / nullif(told.active_at_start, 0) as churn_rate,
    wilson_lower(told.churned, told.active_at_start) as churn_rate_lower,
    wilson_upper(told.churned, told.active_at_start) as churn_rate_upper,
    'silence_beyond_active_within_days' as churn_rule,
    told.retention_reason,
    retention_elasticity(
        told.retention_rate, power(1.0 + $annual_discount_rate, told.years) - 1.0
    ) as retention_elasticity,
    revenue.customers as revenue_customers,
    revenue.spend_before as revenue_before,
    revenue.spend_kept as revenue_kept,
    revenue.spend_since as revenue_since,
    revenue.gross_rate as gross_revenue_retention,
    case
        when revenue.gross_rate_standard_error is not null
            then
            greatest(revenue.gross_rate - 1.959963984540054 * revenue.gross_rate_standard_error, 0.0)
    end as gross_revenue_retention_lower,
    case
        when revenue.gross_rate_standard_error is not null
            then
            least(revenue.gross_rate + 1.959963984540054 * revenue.gross_rate_standard_error, 1.0)
    end as gross_revenue_retention_upper,
    revenue.gross_rate_standard_error as gross_revenue_retention_standard_error,
    revenue.net_rate as net_revenue_retention,
    case
        when revenue.net_rate_standard_error is not null
            then greatest(revenue.net_rate - 1.959963984540054 * revenue.net_rate_standard_error, 0.0)
    end as net_revenue_retention_lower,
    revenue.net_rate + 1.959963984540054 * revenue.net_rate_standard_error
        as net_revenue_retention_upper,
    revenue.net_rate_standard_error as net_revenue_retention_standard_error
from told
left join revenue_retention as revenue
    on told.is_previous = revenue.is_previous and told.segment = revenue.segment
