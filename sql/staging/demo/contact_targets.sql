-- contact_targets: plans from the first instant of their first day to the last of their last.
select
    channel,
    cast(first_day as timestamp) as valid_from,
    cast(last_day + interval '1 day' as timestamp) as valid_to,
    expected_contacts,
    answer_within_seconds
from raw_contact_targets
