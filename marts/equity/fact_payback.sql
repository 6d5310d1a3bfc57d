-- fact_payback: how soon customers pay back their acquisition cost, by acquisition channel.
--
-- Customers who have not paid back yet may still do so, and are observed only since the first purchase: the
-- curve of Kaplan and Meier (1958) counts them for as long as they were observed, whereas a mean of those who have
-- paid back would cover only the quick ones.
with paybacks as (
    select
        days.customer_id,
        min(days.purchase_day - days.first_purchase_day) as payback_days
    from customer_running_spend as days
    inner join dim_customer as customer on days.customer_id = customer.customer_id
    where
        days.purchase_day <= cast($period_end - interval '1 microsecond' as date)
        and cast($margin_rate as decimal(9, 6)) * days.spend_so_far >= customer.acquisition_cost
    group by days.customer_id
),
customers as (
    select
        coalesce(customer.acquisition_channel, 'unknown') as channel,
        history.tenure_days,
        payback.payback_days
    from customer_history as history
    inner join dim_customer as customer on history.customer_id = customer.customer_id
    left join paybacks as payback on history.customer_id = payback.customer_id
    where customer.acquisition_cost is not null
),
spells as (
    select
        unnest(['all', channel]) as acquisition_channel,
        cast(coalesce(payback_days, tenure_days) as double) as days,
        payback_days is not null as is_paid_back
    from customers
),
curves as (
    select
        acquisition_channel,
        count(*) as customers,
        count(*) filter (where is_paid_back) as paid_back_customers,
        survival_median(days, is_paid_back) as median_days,
        kaplan_meier(days, is_paid_back) as points
    from spells
    group by acquisition_channel
),
points as (
    select
        acquisition_channel,
        unnest(points) as point
    from curves
),
years as (
    select
        acquisition_channel,
        last_value(point['survival'] order by point['time'])
            filter (where point['time'] <= 365.0) as open_share,
        last_value(point['lower'] order by point['time'])
            filter (where point['time'] <= 365.0) as open_share_lower,
        last_value(point['upper'] order by point['time'])
            filter (where point['time'] <= 365.0) as open_share_upper,
        max(point['time']) >= 365.0 or min(point['survival']) = 0.0 as is_told
    from points
    group by acquisition_channel
)
select
    curves.acquisition_channel,
    curves.customers as costed_customers,
    curves.paid_back_customers,
    curves.median_days['value'] as median_payback_days,
    curves.median_days['lower'] as median_payback_days_lower,
    curves.median_days['upper'] as median_payback_days_upper,
    case when years.is_told then 1.0 - coalesce(years.open_share, 1.0) end
        as paid_back_in_a_year_share,
    case when years.is_told then 1.0 - years.open_share_upper end
        as paid_back_in_a_year_share_lower,
    case when years.is_told then 1.0 - years.open_share_lower end
        as paid_back_in_a_year_share_upper
from curves
inner join years on curves.acquisition_channel = years.acquisition_channel
