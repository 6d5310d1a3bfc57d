-- contacts: every call and chat.
select
    contact_id,
    customer_id,
    channel,
    offered_at,
    waiting_seconds,
    is_abandoned,
    handling_seconds,
    is_resolved_at_first_contact
from raw_contacts
