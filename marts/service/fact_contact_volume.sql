-- fact_contact_volume: contacts of the period against the plan, and how they were taken.
--
-- A plan whose span reaches beyond the period, or a period that is not over, counts for the days that they share. Only
-- contacts of planned spans are set against it. Limits are Byar's approximation to the exact ones of a Poisson count
-- (Breslow and Day 1987).
with plans as (
    select
        channel,
        greatest(valid_from, $period_start) as begins_at,
        least(valid_to, $period_end) as ends_at,
        answer_within_seconds,
        expected_contacts
        * (
            date_part('epoch', least(valid_to, $period_end))
            - date_part('epoch', greatest(valid_from, $period_start))
        )
        / (date_part('epoch', valid_to) - date_part('epoch', valid_from)) as expected_contacts
    from contact_targets
    where valid_from < $period_end and valid_to > $period_start
),
planned as (
    select
        channel,
        sum(expected_contacts) as expected_contacts
    from plans
    group by channel
),
offered as (
    select
        contacts.channel,
        contacts.waiting_seconds,
        contacts.is_abandoned,
        contacts.handling_seconds,
        contacts.is_resolved_at_first_contact,
        plans.channel is not null as is_planned,
        contacts.waiting_seconds <= plans.answer_within_seconds and not contacts.is_abandoned
            as is_in_time
    from contacts
    left join plans
        on
            contacts.channel = plans.channel
            and contacts.offered_at >= plans.begins_at
            and contacts.offered_at < plans.ends_at
    where contacts.offered_at >= $period_start and contacts.offered_at < $period_end
),
counted as (
    select
        channel,
        count(*) as contacts,
        count(*) filter (where is_planned) as planned_contacts,
        count(*) filter (where is_abandoned) as abandoned_contacts,
        count(*) filter (where is_in_time) as contacts_in_time,
        count(is_in_time) as judged_contacts,
        count(*) filter (where is_resolved_at_first_contact) as resolved_contacts,
        count(is_resolved_at_first_contact) as resolution_known,
        avg(waiting_seconds) filter (where not is_abandoned) as answer_seconds,
        avg(handling_seconds) as handling_seconds
    from offered
    group by channel
),
joined as (
    select
        coalesce(counted.channel, planned.channel) as channel,
        coalesce(counted.contacts, 0) as contacts,
        coalesce(counted.planned_contacts, 0) as planned_contacts,
        coalesce(counted.abandoned_contacts, 0) as abandoned_contacts,
        coalesce(counted.contacts_in_time, 0) as contacts_in_time,
        coalesce(counted.judged_contacts, 0) as judged_contacts,
        coalesce(counted.resolved_contacts, 0) as resolved_contacts,
        coalesce(counted.resolution_known, 0) as resolution_known,
        counted.answer_seconds,
        counted.handling_seconds,
        planned.expected_contacts,
        nullif(planned.expected_contacts, 0.0) as expected
    from counted
    full join planned on counted.channel = planned.channel
)
select
    channel,
    contacts,
    planned_contacts,
    expected_contacts,
    planned_contacts / expected as volume_ratio,
    case
        when planned_contacts = 0 then 0.0
        else
            planned_contacts
            * power(
                1.0
                - 1.0 / (9.0 * planned_contacts)
                - 1.959963984540054 / (3.0 * sqrt(planned_contacts)),
                3.0
            )
    end / expected as volume_ratio_lower,
    (planned_contacts + 1)
    * power(
        1.0
        - 1.0 / (9.0 * (planned_contacts + 1))
        + 1.959963984540054 / (3.0 * sqrt(planned_contacts + 1)),
        3.0
    ) / expected as volume_ratio_upper,
    cast(abandoned_contacts as double) / nullif(contacts, 0) as abandon_rate,
    wilson_lower(abandoned_contacts, contacts) as abandon_rate_lower,
    wilson_upper(abandoned_contacts, contacts) as abandon_rate_upper,
    abandoned_contacts as abandon_rate_numerator,
    cast(contacts_in_time as double) / nullif(judged_contacts, 0) as service_level,
    wilson_lower(contacts_in_time, judged_contacts) as service_level_lower,
    wilson_upper(contacts_in_time, judged_contacts) as service_level_upper,
    contacts_in_time as service_level_numerator,
    judged_contacts as service_level_denominator,
    cast(resolved_contacts as double) / nullif(resolution_known, 0) as first_contact_resolution,
    wilson_lower(resolved_contacts, resolution_known) as first_contact_resolution_lower,
    wilson_upper(resolved_contacts, resolution_known) as first_contact_resolution_upper,
    resolved_contacts as first_contact_resolution_numerator,
    resolution_known as first_contact_resolution_denominator,
    answer_seconds,
    handling_seconds
from joined
