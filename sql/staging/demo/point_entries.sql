-- point_entries: the newest version of each entry of a known customer's account of points.
select
    raw_point_entries.entry_id,
    raw_point_entries.programme_id,
    raw_point_entries.customer_id,
    raw_point_entries.booked_at,
    raw_point_entries.kind,
    raw_point_entries.points,
    raw_point_entries.value,
    raw_point_entries.reward,
    raw_point_entries.benefit
from customers
inner join raw_point_entries on customers.customer_id = raw_point_entries.customer_id
