-- partner_revenues: what partners paid, for known customers and in general.
select
    raw_partner_revenues.entry_id,
    raw_partner_revenues.partner,
    customers.customer_id,
    raw_partner_revenues.booked_at,
    raw_partner_revenues.kind,
    raw_partner_revenues.amount
from customers
right join raw_partner_revenues on customers.customer_id = raw_partner_revenues.customer_id
where raw_partner_revenues.customer_id is null or customers.customer_id is not null
