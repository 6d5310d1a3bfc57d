-- orders: one payment each.
select
    id as order_id,
    coalesce(nullif(trim(customer_id), ''), nullif(lower(trim(customer_email)), '')) as customer_id,
    created_at as ordered_at,
    cast(null as varchar) as channel,
    case
        when lower(status) in ('paid', 'succeeded', 'partial refund', 'partially refunded') then 'completed'
        when lower(status) = 'refunded' then 'returned'
        else 'cancelled'
    end as status
from raw_stripe_payments
