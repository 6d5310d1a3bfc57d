-- fact_churn: how long customers stay, month of tenure by month of tenure.
--
-- A spell begins with the first purchase day. It ends on the day on which the silence grew longer than it
-- is among the active, and for the active it is censored at the end of the period: those who may still buy have
-- not left. The curve is that of Kaplan and Meier (1958), the hazard that of the life table (Cutler and
-- Ederer 1958), which counts those censored within a month as at risk for half of it. A customer who came
-- back after a silence is a customer who has not left.
with spells as (
    select
        unnest(['all', transition.segment]) as segment,
        case
            when life.is_active then cast(history.tenure_days as double)
            else history.purchase_span_days + life.active_within_days
        end as days,
        not life.is_active as has_left
    from customer_history as history
    inner join customer_stage as life
        on history.customer_id = life.customer_id and life.moment = 'end'
    inner join customer_transition as transition on history.customer_id = transition.customer_id
    where life.is_active is not null
),
curves as (
    select
        segment,
        unnest(kaplan_meier(days, has_left)) as point
    from spells
    group by segment
),
points as (
    select
        segment,
        cast(floor(point['time'] * 12.0 / 365.25) as bigint) as tenure_month,
        point['time'] as days,
        point['at_risk'] as at_risk,
        point['events'] as churned,
        point['censored'] as censored,
        point['survival'] as survival,
        point['lower'] as survival_lower,
        point['upper'] as survival_upper
    from curves
),
months as (
    select
        segment,
        tenure_month,
        cast(max(at_risk) as bigint) as at_risk,
        cast(sum(churned) as bigint) as churned,
        cast(sum(censored) as bigint) as censored,
        last_value(survival order by days) as survival,
        last_value(survival_lower order by days) as survival_lower,
        last_value(survival_upper order by days) as survival_upper
    from points
    group by segment, tenure_month
)
select
    segment,
    tenure_month,
    at_risk as customers_at_risk,
    churned as churned_customers,
    censored as censored_customers,
    at_risk - censored / 2.0 as exposed_customers,
    churned / (at_risk - censored / 2.0) as hazard,
    wilson_lower(churned, at_risk - censored / 2.0) as hazard_lower,
    wilson_upper(churned, at_risk - censored / 2.0) as hazard_upper,
    survival,
    survival_lower,
    survival_upper,
    'silence_beyond_active_within_days' as churn_rule
from months
