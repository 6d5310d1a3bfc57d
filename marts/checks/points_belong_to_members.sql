-- Points of somebody who was never a member of the programme would not be in any member's balance.
with members as (
    select distinct
        programme_id,
        customer_id
    from memberships
    where not is_control
)
select point_entries.*
from point_entries
left anti join members
    on
        point_entries.programme_id = members.programme_id
        and point_entries.customer_id = members.customer_id
