-- order_lines: the newest version of each order line that sells something.
--
-- The newest row by updated_at wins, then the last file and line; only the few repeated keys are
-- ranked. A line whose newest version has a quantity of zero or less is left out altogether: an
-- older version of it is known to be wrong. The amount is rounded to the cent once, here.
with repeated_keys as (
    select order_id, line_no
    from raw_order_lines
    group by order_id, line_no
    having count(*) > 1
),
repeated_versions as (
    select
        raw.order_id,
        raw.line_no,
        raw.product_id,
        raw.quantity,
        raw.list_price,
        raw.unit_price,
        raw.promotion_id,
        row_number() over (
            partition by raw.order_id, raw.line_no
            order by raw.updated_at desc, raw._file desc, raw._line desc
        ) as newest_first
    from repeated_keys
    inner join raw_order_lines as raw
        on repeated_keys.order_id = raw.order_id and repeated_keys.line_no = raw.line_no
),
newest_lines as (
    select
        raw.order_id,
        raw.line_no,
        raw.product_id,
        raw.quantity,
        raw.list_price,
        raw.unit_price,
        raw.promotion_id
    from repeated_keys
    right anti join raw_order_lines as raw
        on repeated_keys.order_id = raw.order_id and repeated_keys.line_no = raw.line_no
    union all
    select
        order_id,
        line_no,
        product_id,
        quantity,
        list_price,
        unit_price,
        promotion_id
    from repeated_versions
    where newest_first = 1
)
select
    order_id,
    line_no,
    cast(null as varchar) as status,
    product_id,
    quantity,
    list_price,
    unit_price,
    promotion_id,
    cast(quantity * unit_price as decimal(18, 2)) as net_amount
from newest_lines
where quantity > 0
