-- memberships: the newest version of each membership of a known customer, and of those held back.
select
    raw_memberships.programme_id,
    raw_memberships.customer_id,
    raw_memberships.joined_at,
    raw_memberships.left_at,
    raw_memberships.level,
    raw_memberships.is_control,
    raw_memberships.treated_share
from customers
inner join raw_memberships on customers.customer_id = raw_memberships.customer_id
