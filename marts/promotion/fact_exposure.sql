-- fact_exposure: which promotion was put before which customer, and when.
select
    promotion_id,
    customer_id,
    exposed_at,
    is_control
from exposures
