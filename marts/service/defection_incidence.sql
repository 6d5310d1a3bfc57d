-- defection_incidence: the share of all customers who have left within a number of days, by the cause they named last.
--
-- Causes compete: who has left by one cannot leave by another (Aalen and Johansen 1978). A customer has left who is
-- lapsed, when the silence became as long as that asks for; all others are cut off at the end of the period.
with last_causes as (
    select
        customer_id,
        last_value(cause order by named_at, cause) as cause
    from customer_cause
    group by customer_id
),
numbered_causes as (
    select
        column1 as cause,
        column2 as cause_number
    from (
        values
        ('pricing', 1),
        ('inconvenience', 2),
        ('core_service_failure', 3),
        ('service_encounter_failure', 4),
        ('response_to_service_failure', 5),
        ('competition', 6),
        ('ethical_problems', 7),
        ('involuntary_switching', 8),
        ('unknown', 9)
    )
),
spells as (
    select
        case
            when loyalty.stage = 'lapsed'
                then least(
                    loyalty.purchase_span_days + ceil(2.0 * loyalty.active_within_days),
                    cast(loyalty.tenure_days as double)
                )
            else cast(loyalty.tenure_days as double)
        end as days,
        case
            when loyalty.stage = 'lapsed' then coalesce(last_causes.cause, 'unknown')
        end as cause
    from fact_customer_loyalty as loyalty
    left join last_causes on loyalty.customer_id = last_causes.customer_id
    where loyalty.stage is not null
),
steps as (
    select unnest(cumulative_incidence(spells.days, coalesce(numbered.cause_number, 0))) as step
    from spells
    left join numbered_causes as numbered on spells.cause = numbered.cause
),
curves as (
    select
        step['cause'] as cause_number,
        step['time'] as days,
        step['incidence'] as incidence,
        step['lower'] as incidence_lower,
        step['upper'] as incidence_upper,
        max(step['time']) over (partition by step['cause']) as last_days
    from steps
    where step['time'] <= $incidence_days
)
select
    numbered.cause,
    curves.incidence,
    curves.incidence_lower,
    curves.incidence_upper
from curves
inner join numbered_causes as numbered on curves.cause_number = numbered.cause_number
where curves.days = curves.last_days
