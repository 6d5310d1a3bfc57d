-- fact_complaint: every complaint, how long it took and which purchase it is about.
--
-- A complaint that names an order of the customer is about that one; any other is taken to be about the last
-- purchase day up to the day of the complaint.
with named_orders as (
    select
        complaints.complaint_id,
        cast(orders.ordered_at as date) as order_day
    from complaints
    inner join orders
        on
            complaints.order_id = orders.order_id
            and complaints.customer_id = orders.customer_id
),
last_purchases as (
    select
        complaints.complaint_id,
        max(purchase.purchase_day) as purchase_day
    from complaints
    inner join customer_purchase_day as purchase
        on complaints.customer_id = purchase.customer_id
    where purchase.purchase_day <= cast(complaints.opened_at as date)
    group by complaints.complaint_id
)
select
    cast(date_trunc('month', complaints.opened_at) as date) as opened_month,
    complaints.complaint_id,
    complaints.customer_id,
    complaints.order_id,
    complaints.opened_at,
    complaints.first_response_at,
    complaints.resolved_at,
    complaints.resolved_at is null as is_open,
    (
        date_part('epoch', complaints.first_response_at)
        - date_part('epoch', complaints.opened_at)
    ) / 3600.0 as first_response_hours,
    (
        date_part('epoch', complaints.resolved_at) - date_part('epoch', complaints.opened_at)
    ) / 3600.0 as resolution_hours,
    complaints.channel,
    complaints.cause,
    complaints.is_quality_incident,
    complaints.loss_amount,
    complaints.compensation,
    complaints.is_put_right,
    coalesce(named_orders.order_day, last_purchases.purchase_day) as purchase_day
from complaints
left join named_orders on complaints.complaint_id = named_orders.complaint_id
left join last_purchases on complaints.complaint_id = last_purchases.complaint_id
