-- customer_running_spend: what each customer had spent by each purchase day, from the first on.
--
-- It does not depend on the period a reader looks from, so it is worked out once.
select
    customer_id,
    purchase_day,
    first_value(purchase_day) over purchases as first_purchase_day,
    spend,
    cast(sum(spend) over purchases as decimal(18, 2)) as spend_so_far
from customer_purchase_day
window purchases as (partition by customer_id order by purchase_day)
