-- orders: the baskets. The files contain no returns.
select
    basket_id as order_id,
    min(household_id) as customer_id,
    min(purchased_at) as ordered_at,
    concat('store ', min(store_id)) as channel,
    'completed' as status
from basket_line
group by basket_id
