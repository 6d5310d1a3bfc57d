-- fact_birthday_offer: what offers for the birthday have changed, by those from whom chance held them back.
--
-- A customer counts with the first birthday on or after the day of the offer. Who was born on 29 February has it on 28
-- February in other years. Customers who buy around their birthday would do so anyhow, so that the share
-- of those who come back says nothing by itself; only the difference to the controls is the offer's.
with offers as (
    select
        contact.promotion_id,
        contact.customer_id,
        contact.is_treated,
        contact.treated_share,
        contact.exposed_on,
        date_part('year', contact.exposed_on) as year,
        date_part('month', birthday.birth_date) as month,
        date_part('day', birthday.birth_date) as day
    from promotion_contact as contact
    left join birthdays as birthday on contact.customer_id = birthday.customer_id
    where contact.promotion_type = 'birthday'
),
years as (
    select
        *,
        month = 2
        and day = 29
        and not (year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0)) as is_moved,
        month = 2
        and day = 29
        and not ((year + 1) % 4 = 0 and ((year + 1) % 100 <> 0 or (year + 1) % 400 = 0))
            as is_moved_next
    from offers
),
dates as (
    select
        *,
        make_date(year, month, case when is_moved then 28 else day end) as this_year,
        make_date(year + 1, month, case when is_moved_next then 28 else day end) as next_year
    from years
),
birthdays_met as (
    select
        promotion_id,
        customer_id,
        is_treated,
        treated_share,
        case when this_year >= exposed_on then this_year else next_year end as birthday
    from dates
),
watched as (
    select
        *,
        cast($period_end - interval '1 microsecond' as date) - birthday >= $birthday_days - 1 as is_over
    from birthdays_met
),
buyers as (
    select distinct
        watched.promotion_id,
        watched.customer_id
    from watched
    inner join customer_purchase_day as purchase on watched.customer_id = purchase.customer_id
    where
        watched.is_over
        and purchase.purchase_day >= watched.birthday
        and purchase.purchase_day - watched.birthday < $birthday_days
),
sums as (
    select
        watched.promotion_id,
        count(*) filter (where watched.is_over and watched.is_treated) as treated,
        count(*) filter (where watched.is_over and not watched.is_treated) as controls,
        count(*) filter (where not watched.is_over) as pending_customers,
        count(*) filter (where watched.birthday is null) as unknown_birthdays,
        max(watched.treated_share) as treated_share,
        sample_ratio_mismatch(watched.is_treated, watched.treated_share)['p_value']
            as sample_ratio_p_value,
        count(buyers.customer_id) filter (where watched.is_treated) as treated_returned,
        count(buyers.customer_id) filter (where not watched.is_treated) as controls_returned
    from watched
    left join buyers
        on
            watched.promotion_id = buyers.promotion_id
            and watched.customer_id = buyers.customer_id
    group by watched.promotion_id
),
compared as (
    select
        *,
        two_proportions(treated_returned, treated, controls_returned, controls) as uplift
    from sums
)
select
    promotion_id,
    treated as treated_customers,
    controls as control_customers,
    pending_customers,
    unknown_birthdays,
    sample_ratio_p_value,
    sample_ratio_p_value < 0.001 as is_sample_ratio_mismatch,
    cast(treated_returned as double) / nullif(treated, 0) as return_rate,
    wilson_lower(treated_returned, treated) as return_rate_lower,
    wilson_upper(treated_returned, treated) as return_rate_upper,
    treated_returned as return_rate_numerator,
    treated as return_rate_denominator,
    controls_returned as control_returned,
    cast(controls_returned as double) / nullif(controls, 0) as control_return_rate,
    wilson_lower(controls_returned, controls) as control_return_rate_lower,
    wilson_upper(controls_returned, controls) as control_return_rate_upper,
    case when treated_share is not null then uplift['difference'] end as birthday_uplift,
    case when treated_share is not null then uplift['lower'] end as birthday_uplift_lower,
    case when treated_share is not null then uplift['upper'] end as birthday_uplift_upper,
    case when treated_share is not null then uplift['p_value'] end as birthday_uplift_p_value
from compared
