-- fact_model_week: the repeat purchases of each calendar week, and how many the model of the period's end
-- expects of as many customers won on the same days (the tracking plot of Fader, Hardie and Lee 2005).
--
-- What the model expects depends on how long a customer has been one, so it is worked out once for each
-- number of days. A week is one of Monday to Sunday; the last one ends with the period.
with fitted as (
    select model
    from purchase_model
    where moment = 'end' and model['customers'] > 0
),
last_days as (
    select last_day from moment where moment = 'end'
),
winning_days as (
    select
        first_purchase_day,
        count(*) as customers
    from customer_history_by_moment
    where moment = 'end'
    group by first_purchase_day
),
first_weeks as (
    select cast(date_trunc('week', min(first_purchase_day)) as date) as first_week
    from winning_days
),
weeks as (
    select
        first.first_week + 7 * unnest(range(0, (last.last_day - first.first_week) / 7 + 1)) as week,
        last.last_day as last_day
    from first_weeks as first
    cross join last_days as last
),
seen_until as (
    select
        week,
        least(week + 6, last_day) as seen_day
    from weeks
),
ages as (
    select
        seen.week,
        winning.customers,
        seen.seen_day - winning.first_purchase_day as age_days
    from seen_until as seen
    inner join winning_days as winning on seen.seen_day >= winning.first_purchase_day
),
expected_by_age as (
    select
        age.age_days,
        fitted.model['model'] as model,
        purchase_model_expected_purchases_new(fitted.model, age.age_days / 7.0) as purchases
    from (select distinct age_days from ages) as age
    cross join fitted
),
expected as (
    select
        ages.week,
        expected.model,
        sum(ages.customers) as customers,
        sum(ages.customers * expected.purchases) as purchases
    from ages
    inner join expected_by_age as expected on ages.age_days = expected.age_days
    group by ages.week, expected.model
),
bought as (
    select
        cast(date_trunc('week', days.purchase_day) as date) as week,
        count(days.gap_days) as purchases
    from customer_purchase_day as days
    inner join last_days as last on last.last_day >= days.purchase_day
    group by cast(date_trunc('week', days.purchase_day) as date)
)
select
    expected.model,
    expected.week,
    expected.customers,
    coalesce(bought.purchases, 0) as actual_purchases,
    expected.purchases
        - lag(expected.purchases, 1, 0.0) over (order by expected.week) as expected_purchases,
    cast(sum(coalesce(bought.purchases, 0)) over (order by expected.week) as bigint)
        as actual_purchases_so_far,
    expected.purchases as expected_purchases_so_far
from expected
left join bought on expected.week = bought.week
