-- An interval has its ends in order, and there is none where there is no value. The value itself is a mean and need
-- not be within: most customers who have almost certainly left bring nothing.
select
    period,
    customer_id,
    clv,
    clv_lower,
    clv_upper
from fact_customer_equity
where
    clv_lower > clv_upper
    or (clv is null and (clv_lower is not null or clv_upper is not null))
