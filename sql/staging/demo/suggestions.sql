-- suggestions: the newest version of each suggestion of a known customer.
select
    raw_suggestions.suggestion_id,
    raw_suggestions.customer_id,
    raw_suggestions.made_at,
    raw_suggestions.accepted_at,
    raw_suggestions.value
from customers
inner join raw_suggestions on customers.customer_id = raw_suggestions.customer_id
