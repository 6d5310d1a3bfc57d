-- fact_acquisition: what it cost to win the customers of each month and channel, and when it was paid back.
--
-- Cost and margin are of the customers whose acquisition cost is known, so that the two are comparable.
-- The cost is paid back in the first month of age, among those that all of these customers have completed, by which
-- their margin has reached it; until then the payback is unknown.
with members as (
    select
        cast(date_trunc('month', history.first_purchase_day) as date) as cohort,
        unnest(['all', coalesce(customer.acquisition_channel, 'unknown')]) as acquisition_channel,
        customer.acquisition_cost,
        history.tenure_days
    from customer_history as history
    left join dim_customer as customer on history.customer_id = customer.customer_id
),
costs as (
    select
        cohort,
        acquisition_channel,
        count(*) as customers,
        count(acquisition_cost) as costed,
        count(*) filter (where acquisition_cost = 0) as free,
        cast(sum(acquisition_cost) as decimal(18, 2)) as cost,
        cast(
            sum(cast(acquisition_cost * acquisition_cost as decimal(38, 4))) as double
        ) as squares,
        cast(floor((min(tenure_days) + 1) * 12.0 / 365.25) as bigint) as complete_months
    from members
    group by cohort, acquisition_channel
),
spends as (
    select
        cohort,
        unnest(['all', acquisition_channel]) as acquisition_channel,
        age_months,
        spend_of_costed
    from cohort_spend
),
monthly as (
    select
        costs.cohort,
        costs.acquisition_channel,
        costs.cost,
        spends.age_months,
        sum(spends.spend_of_costed) as spend
    from costs
    inner join spends
        on
            costs.cohort = spends.cohort
            and costs.acquisition_channel = spends.acquisition_channel
            and costs.complete_months >= spends.age_months
    group by costs.cohort, costs.acquisition_channel, costs.cost, spends.age_months
),
margins as (
    select
        cohort,
        acquisition_channel,
        cost,
        age_months,
        cast($margin_rate as decimal(9, 6)) * sum(spend) over (
            partition by cohort, acquisition_channel order by age_months
        ) as margin
    from monthly
),
paybacks as (
    select
        cohort,
        acquisition_channel,
        min(age_months) filter (where margin >= cost) as payback_months,
        cast(last_value(margin order by age_months) as decimal(18, 2)) as margin
    from margins
    group by cohort, acquisition_channel
)
select
    costs.cohort,
    costs.acquisition_channel,
    costs.customers as new_customers,
    costs.costed as costed_customers,
    costs.cost as acquisition_cost,
    cast(costs.cost as double) / nullif(costs.costed, 0) as cost_per_customer,
    cast(costs.cost as double) / nullif(costs.costed, 0) - 1.959963984540054 * sqrt(
        greatest(
            costs.squares - cast(costs.cost as double) * cast(costs.cost as double) / costs.costed,
            0.0
        ) / nullif(costs.costed - 1, 0) / costs.costed
    ) as cost_per_customer_lower,
    cast(costs.cost as double) / nullif(costs.costed, 0) + 1.959963984540054 * sqrt(
        greatest(
            costs.squares - cast(costs.cost as double) * cast(costs.cost as double) / costs.costed,
            0.0
        ) / nullif(costs.costed - 1, 0) / costs.costed
    ) as cost_per_customer_upper,
    case when costs.costed > 0 then costs.free end as free_customers,
    cast(costs.free as double) / nullif(costs.costed, 0) as free_share,
    wilson_lower(costs.free, costs.costed) as free_share_lower,
    wilson_upper(costs.free, costs.costed) as free_share_upper,
    costs.complete_months as observed_months,
    case when costs.costed > 0 then payback.margin end as margin_to_date,
    case when costs.cost = 0 then 0 else payback.payback_months end as payback_months,
    case
        when costs.costed = 0 then 'no_cost_known'
        when costs.cost > 0 and payback.payback_months is null then 'not_paid_back_yet'
    end as payback_reason
from costs
left join paybacks as payback
    on
        costs.cohort = payback.cohort
        and costs.acquisition_channel = payback.acquisition_channel
