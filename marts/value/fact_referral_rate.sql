-- fact_referral_rate: how many customers others bring, by the segment of those who bring them.
--
-- One customer may bring any number of others, so referrals of the period are a count over active
-- customers, with Byar's limits of a Poisson count (Breslow and Day 1987). Whoever bought for the first
-- time in the period was brought in it, however long ago the referral was recorded.
with referred as (
    select
        referral.referrer_id,
        referral.would_have_come,
        customer.first_order_at >= $period_start as is_in_period
    from fact_referral as referral
    inner join dim_customer as customer on referral.referred_id = customer.customer_id
    where
        referral.is_counted
        and referral.referred_at < $period_end
        and customer.first_order_at < $period_end
),
by_referrer as (
    select
        referrer_id,
        count(*) as referred,
        count(*) filter (where is_in_period) as referred_in_period,
        count(would_have_come) as asked,
        count(*) filter (where would_have_come) as would_have_come
    from referred
    group by referrer_id
),
customers as (
    select
        coalesce(customer.segment, 'unknown') as segment,
        loyalty.is_active,
        made.referred,
        made.referred_in_period,
        made.asked,
        made.would_have_come
    from fact_customer_loyalty as loyalty
    inner join dim_customer as customer on loyalty.customer_id = customer.customer_id
    left join by_referrer as made on loyalty.customer_id = made.referrer_id
),
segmented as (
    select * from customers
    union all
    select
        'all' as segment,
        is_active,
        referred,
        referred_in_period,
        asked,
        would_have_come
    from customers
),
sums as (
    select
        segment,
        count(*) filter (where is_active) as active_customers,
        count(*) as customers,
        count(referred) as referring_customers,
        coalesce(sum(referred), 0) as referred_customers,
        coalesce(sum(referred_in_period), 0) as referred_in_period,
        coalesce(sum(asked), 0) as asked,
        coalesce(sum(would_have_come), 0) as would_have_come
    from segmented
    group by segment
),
recorded as (
    select count(*) > 0 as has_referrals
    from referred
)
select
    sums.segment,
    sums.referred_in_period as referral_rate_numerator,
    sums.active_customers as referral_rate_denominator,
    cast(sums.referred_in_period as double) / nullif(sums.active_customers, 0) as referral_rate,
    case
        when sums.referred_in_period = 0 and sums.active_customers > 0 then 0.0
        else sums.referred_in_period
            * power(
                1.0
                - 1.0 / (9.0 * sums.referred_in_period)
                - 1.959963984540054 / (3.0 * sqrt(cast(sums.referred_in_period as double))),
                3
            )
            / nullif(sums.active_customers, 0)
    end as referral_rate_lower,
    (sums.referred_in_period + 1)
    * power(
        1.0
        - 1.0 / (9.0 * (sums.referred_in_period + 1))
        + 1.959963984540054 / (3.0 * sqrt(cast(sums.referred_in_period + 1 as double))),
        3
    )
    / nullif(sums.active_customers, 0) as referral_rate_upper,
    sums.referred_customers,
    cast(sums.referring_customers as double) / sums.customers as referring_rate,
    wilson_lower(sums.referring_customers, sums.customers) as referring_rate_lower,
    wilson_upper(sums.referring_customers, sums.customers) as referring_rate_upper,
    sums.referring_customers as referring_rate_numerator,
    sums.customers as referring_rate_denominator,
    cast(sums.would_have_come as double) / nullif(sums.asked, 0) as would_have_come_rate,
    wilson_lower(sums.would_have_come, sums.asked) as would_have_come_rate_lower,
    wilson_upper(sums.would_have_come, sums.asked) as would_have_come_rate_upper,
    sums.would_have_come as would_have_come_rate_numerator,
    sums.asked as would_have_come_rate_denominator
from sums
cross join recorded
where recorded.has_referrals
