-- orders: one charge each.
select
    id as order_id,
    coalesce(customer, nullif(lower(trim(email)), '')) as customer_id,
    created_at as ordered_at,
    cast(null as varchar) as channel,
    case
        when status <> 'succeeded' then 'cancelled'
        when refunded then 'returned'
        else 'completed'
    end as status
from raw_stripe_charges
