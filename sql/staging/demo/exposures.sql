-- exposures: which promotion was put before which known customer, or held back by chance.
select
    raw_exposures.promotion_id,
    raw_exposures.customer_id,
    raw_exposures.exposed_at,
    raw_exposures.is_control,
    raw_exposures.treated_share
from customers
inner join raw_exposures on customers.customer_id = raw_exposures.customer_id
