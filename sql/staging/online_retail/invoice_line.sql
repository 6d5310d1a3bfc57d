-- invoice_line: every row of the files, with its kind and its treatment.
--
-- The type of document is the first letter of its number, the kind of row its stock code, which
-- is written in either case. Stock is written off, and found again, by rows without a price; such rows
-- of a known customer are gifts and count as goods.
--
-- Goods, postage and what was invoiced by hand are what customers order. A cancellation of those is
-- not an order but reverses sales; all other rows are between the shop and others than its customers, or cannot be
-- assigned to an order, and are left out. Parameters choose about repeated rows, buyers without a number and
-- cancellations; an unknown word leaves the treatment NULL, which stops the run.
with numbered_rows as (
    select
        "InvoiceNo" as invoice_no,
        upper("StockCode") as product_id,
        nullif(trim("Description"), '') as description,
        "Quantity" as quantity,
        "InvoiceDate" as invoiced_at,
        "UnitPrice" as unit_price,
        cast("CustomerID" as varchar) as customer_id,
        nullif("Country", 'Unspecified') as country,
        cast(row_number() over (partition by "InvoiceNo" order by _file, _line) as bigint)
            as position,
        count(*) over (partition by "InvoiceNo") as invoice_rows,
        row_number() over (
            partition by
                "InvoiceNo",
                "StockCode",
                "Description",
                "Quantity",
                "InvoiceDate",
                "UnitPrice",
                "CustomerID",
                "Country"
            order by _file, _line
        ) > 1 as is_duplicate
    from raw_sales
),
documents as (
    select
        *,
        case left(invoice_no, 1)
            when 'C' then 'cancellation'
            when 'A' then 'bad_debt'
            else 'invoice'
        end as document
    from numbered_rows
),
kinds as (
    select
        *,
        case
            when document = 'bad_debt' then 'bad_debt'
            when product_id in ('AMAZONFEE', 'BANK CHARGES', 'CRUK') then 'fee'
            when product_id = 'D' then 'discount'
            when product_id = 'S' then 'sample'
            when document = 'invoice' and quantity <= 0 then 'stock_adjustment'
            when unit_price = 0 and customer_id is null then 'stock_adjustment'
            when product_id in ('POST', 'DOT', 'C2') then 'postage'
            when product_id = 'M' then 'manual'
            else 'goods'
        end as kind
    from documents
)
select
    invoice_no,
    position,
    invoice_rows,
    document,
    kind,
    is_duplicate,
    case
        when $exact_duplicates not in ('keep', 'drop') then null
        when $anonymous_orders not in ('keep', 'leave_out') then null
        when $cancellations not in ('take_back', 'apart') then null
        when is_duplicate and $exact_duplicates = 'drop' then 'left_out'
        when kind not in ('goods', 'postage', 'manual') then 'left_out'
        when customer_id is null and $anonymous_orders = 'leave_out' then 'left_out'
        when document = 'invoice' then 'order_line'
        -- Nobody knows whose sale the cancellation of an anonymous one takes back.
        when customer_id is null or $cancellations = 'apart' then 'left_out'
        else 'takes_back'
    end as treatment,
    invoiced_at,
    customer_id,
    country,
    product_id,
    description,
    quantity,
    unit_price,
    cast(quantity * unit_price as decimal(18, 4)) as amount
from kinds
