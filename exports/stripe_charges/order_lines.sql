-- order_lines: one line per charge. Amounts of currencies without a smaller unit are whole. A charge that
-- was refunded as a whole keeps its amount and is returned.
with charges as (
    select
        id,
        case when refunded then amount else amount - amount_refunded end as smallest_units,
        case
            when upper(currency) in (
                'BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'UGX', 'VND',
                'VUV', 'XAF', 'XOF', 'XPF'
            ) then 1
            else 100
        end as units
    from raw_stripe_charges
)
select
    id as order_id,
    1 as line_no,
    cast(null as varchar) as status,
    cast(null as varchar) as product_id,
    1 as quantity,
    cast(null as decimal(18, 4)) as list_price,
    cast(null as decimal(18, 4)) as unit_price,
    cast(null as varchar) as promotion_id,
    cast(cast(smallest_units as decimal(18, 2)) / units as decimal(18, 2)) as net_amount
from charges
