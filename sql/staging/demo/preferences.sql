-- preferences: what known customers prefer and were served.
select
    raw_preferences.customer_id,
    raw_preferences.topic,
    raw_preferences.value,
    raw_preferences.kind,
    raw_preferences.recorded_at
from customers
inner join raw_preferences on customers.customer_id = raw_preferences.customer_id
