-- basket_line: every row of the transactions, with its money in cents.
--
-- sales_value is what the shop received, so it includes what manufacturers reimburse for their coupons.
-- Before any discount the price was sales_value + retail_disc + coupon_match_disc; the customer paid
-- sales_value − coupon_disc. A row with quantity 0 is a coupon or a correction that was entered
-- separately from its product. A basket has a product once.
select
    sale.basket_id,
    cast(
        row_number() over (partition by sale.basket_id order by sale.product_id) as bigint
    ) as position,
    count(*) over (partition by sale.basket_id) as basket_rows,
    sale.household_id,
    sale.store_id,
    sale.product_id,
    sale.transaction_timestamp as purchased_at,
    case
        when sale.quantity = 0 then 'coupon'
        when product.product_type like 'GASOLINE%' then 'fuel'
        else 'goods'
    end as kind,
    sale.quantity,
    cast(sale.sales_value as decimal(18, 2))
        + cast(sale.retail_disc as decimal(18, 2))
        + cast(sale.coupon_match_disc as decimal(18, 2)) as list_amount,
    cast(sale.sales_value as decimal(18, 2)) - cast(sale.coupon_disc as decimal(18, 2)) as amount
from raw_products as product
right join raw_transactions as sale on product.product_id = sale.product_id
