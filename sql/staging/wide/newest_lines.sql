-- newest_lines: the newest version of each order line, still with its order and product on it.
--
-- The newest row by updated_at wins, then the last file and line; only the few repeated keys are
-- ranked.
with repeated_keys as (
    select order_id, line_no
    from raw_order_lines
    group by order_id, line_no
    having count(*) > 1
),
ranked_versions as (
    select
        raw.*,
        row_number() over (
            partition by raw.order_id, raw.line_no
            order by raw.updated_at desc, raw._file desc, raw._line desc
        ) as newest_first
    from repeated_keys
    inner join raw_order_lines as raw
        on repeated_keys.order_id = raw.order_id and repeated_keys.line_no = raw.line_no
),
newest as (
    select
        raw.order_id,
        raw.line_no,
        raw.customer_id,
        raw.ordered_at,
        raw.product_id,
        raw.category,
        raw.brand,
        raw.quantity,
        raw.unit_price,
        raw.discount,
        raw.unit_cost,
        raw.is_promotion,
        raw.channel,
        raw.status
    from repeated_keys
    right anti join raw_order_lines as raw
        on repeated_keys.order_id = raw.order_id and repeated_keys.line_no = raw.line_no
    union all
    select
        order_id,
        line_no,
        customer_id,
        ordered_at,
        product_id,
        category,
        brand,
        quantity,
        unit_price,
        discount,
        unit_cost,
        is_promotion,
        channel,
        status
    from ranked_versions
    where newest_first = 1
)
select
    newest.order_id,
    newest.line_no,
    newest.customer_id,
    newest.ordered_at,
    newest.product_id,
    newest.category,
    newest.brand,
    newest.quantity,
    newest.unit_price,
    newest.discount,
    newest.unit_cost,
    newest.is_promotion,
    newest.channel,
    newest.status
from customers
inner join newest on customers.customer_id = newest.customer_id
where newest.quantity > 0
