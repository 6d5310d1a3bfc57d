-- costs: what was booked for known customers, and what winning them cost, which the register says.
select
    raw_costs.cost_id,
    raw_costs.customer_id,
    cast(null as varchar) as acquisition_channel,
    raw_costs.booked_at,
    raw_costs.kind,
    raw_costs.amount
from customers
inner join raw_costs on customers.customer_id = raw_costs.customer_id
union all
select
    'acquisition of ' || customer_id as cost_id,
    customer_id,
    acquisition_channel,
    first_seen_at as booked_at,
    'acquisition' as kind,
    acquisition_cost as amount
from customers
where acquisition_cost is not null and first_seen_at is not null
