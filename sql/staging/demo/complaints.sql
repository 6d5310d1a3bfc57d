-- complaints: the newest version of each complaint of a known customer.
select
    raw_complaints.complaint_id,
    raw_complaints.customer_id,
    raw_complaints.order_id,
    raw_complaints.opened_at,
    raw_complaints.first_response_at,
    raw_complaints.resolved_at,
    raw_complaints.channel,
    coalesce(raw_complaints.cause, 'unknown') as cause,
    raw_complaints.is_quality_incident,
    raw_complaints.loss_amount,
    raw_complaints.compensation,
    raw_complaints.is_put_right
from customers
inner join raw_complaints on customers.customer_id = raw_complaints.customer_id
