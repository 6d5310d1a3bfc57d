-- fact_preference_match: how often customers get what they are known to prefer, by topic and over all of them.
--
-- A preference must have been recorded before the service; a customer with several preferences about a
-- topic may get any of them. Services without a recorded preference do not count. The services of a customer are not
-- independent, so the limits count as many of them as customers of equal size would give: (Σw)² / Σw².
with services as (
    select
        served.customer_id,
        served.topic,
        served.value,
        served.recorded_at,
        count(noted.value) > 0 as is_known,
        coalesce(bool_or(noted.value = served.value), false) as is_matched
    from preferences as served
    left join preferences as noted
        on
            served.customer_id = noted.customer_id
            and served.topic = noted.topic
            and noted.kind = 'noted'
            and noted.recorded_at < served.recorded_at
    where
        served.kind = 'served'
        and served.recorded_at >= $period_start
        and served.recorded_at < $period_end
    group by served.customer_id, served.topic, served.value, served.recorded_at
),
topics as (
    select
        customer_id,
        is_known,
        is_matched,
        unnest(['all', topic]) as topic
    from services
),
customers as (
    select
        topic,
        customer_id,
        count(*) as services,
        count(*) filter (where is_known) as known,
        count(*) filter (where is_matched) as matched
    from topics
    group by topic, customer_id
),
sums as (
    select
        topic,
        count(*) as customers,
        count(*) filter (where known > 0) as known_customers,
        sum(services) as services,
        sum(known) as known,
        sum(matched) as matched,
        cast(sum(services) as double) * sum(services) / sum(services * services) as services_effective,
        cast(sum(known) as double) * sum(known) / nullif(sum(known * known), 0) as known_effective
    from customers
    group by topic
),
rates as (
    select
        *,
        cast(known as double) / services as known_rate,
        cast(matched as double) / nullif(known, 0) as pref_match
    from sums
)
select
    topic,
    customers,
    known_customers,
    known_rate,
    wilson_lower(known_rate * services_effective, services_effective) as known_rate_lower,
    wilson_upper(known_rate * services_effective, services_effective) as known_rate_upper,
    known as known_rate_numerator,
    services as known_rate_denominator,
    pref_match,
    wilson_lower(pref_match * known_effective, known_effective) as pref_match_lower,
    wilson_upper(pref_match * known_effective, known_effective) as pref_match_upper,
    matched as pref_match_numerator,
    known as pref_match_denominator
from rates
