-- order_lines: one line per payment. A payment that was refunded as a whole keeps its amount and is returned.
select
    id as order_id,
    1 as line_no,
    cast(null as varchar) as status,
    cast(null as varchar) as product_id,
    1 as quantity,
    cast(null as decimal(18, 4)) as list_price,
    cast(null as decimal(18, 4)) as unit_price,
    cast(null as varchar) as promotion_id,
    case
        when lower(status) in ('paid', 'succeeded', 'partial refund', 'partially refunded')
            then
                coalesce(
                    converted_amount - coalesce(converted_amount_refunded, 0),
                    amount - coalesce(amount_refunded, 0)
                )
        else coalesce(converted_amount, amount)
    end as net_amount
from raw_stripe_payments
