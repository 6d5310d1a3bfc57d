-- The marts name the total `all` and customers without a segment `unknown`. A segment of that name
-- would be added up with them.
select customer_id, segment
from dim_customer
where segment in ('all', 'unknown')
