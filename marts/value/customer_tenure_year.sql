-- customer_tenure_year: what each customer brought and cost in each whole year since the first purchase.
--
-- Years have 365 days. A year that is not over by the end of the period is left out, and so is
-- one in which the customer bought nothing. Bookings before the first purchase belong to the first year.
with clocks as (
    select
        customer_id,
        first_purchase_day,
        (tenure_days + 1) / 365 as whole_years
    from customer_history
    where tenure_days + 1 >= 365
),
bought as (
    select
        clock.customer_id,
        (day.purchase_day - clock.first_purchase_day) / 365 as tenure_year,
        sum(day.spend) as spend,
        sum(day.list_spend) as list_spend,
        bool_and(day.has_list_prices) as has_list_prices,
        sum(day.margin) as margin
    from clocks as clock
    inner join customer_margin_day as day on clock.customer_id = day.customer_id
    where day.purchase_day < clock.first_purchase_day + 365 * clock.whole_years
    group by clock.customer_id, (day.purchase_day - clock.first_purchase_day) / 365
),
served as (
    select
        clock.customer_id,
        greatest(cast(cost.booked_at as date) - clock.first_purchase_day, 0) / 365 as tenure_year,
        sum(cost.amount) as cost
    from clocks as clock
    inner join costs as cost on clock.customer_id = cost.customer_id
    where cost.kind in ('service', 'retention') and cost.booked_at < $period_end
    group by
        clock.customer_id,
        greatest(cast(cost.booked_at as date) - clock.first_purchase_day, 0) / 365
),
brought as (
    select
        clock.customer_id,
        greatest(cast(worth.referred_at as date) - clock.first_purchase_day, 0) / 365
            as tenure_year,
        case when count(worth.value_so_far) = count(*) then sum(worth.value_so_far) end as value
    from clocks as clock
    inner join referral_worth as worth on clock.customer_id = worth.referrer_id
    group by
        clock.customer_id,
        greatest(cast(worth.referred_at as date) - clock.first_purchase_day, 0) / 365
)
select
    bought.customer_id,
    bought.tenure_year,
    cast(bought.spend as decimal(18, 2)) as spend,
    cast(bought.list_spend as decimal(18, 2)) as list_spend,
    bought.has_list_prices,
    cast(bought.margin as decimal(18, 2)) as margin,
    cast(coalesce(served.cost, 0.00) as decimal(18, 2)) as cost_to_serve,
    case when brought.customer_id is null then 0.00 else cast(brought.value as decimal(18, 2)) end
        as referral_value
from bought
left join served
    on bought.customer_id = served.customer_id and bought.tenure_year = served.tenure_year
left join brought
    on bought.customer_id = brought.customer_id and bought.tenure_year = brought.tenure_year
