-- customer_cause: what customers have named as a reason to leave, up to the end of the period.
--
-- Named in a complaint of the days up to the last purchase or since, or in a contact to win the customer back
-- (Keaveney 1995). A customer may name several; the newest is last.
with named as (
    select
        complaint.customer_id,
        complaint.cause,
        complaint.opened_at as named_at
    from fact_complaint as complaint
    inner join customer_history as history on complaint.customer_id = history.customer_id
    where
        complaint.opened_at < $period_end
        and complaint.cause <> 'unknown'
        and history.last_purchase_day - cast(complaint.opened_at as date) < $cause_days
    union all
    select
        customer_id,
        reason as cause,
        contacted_at as named_at
    from win_back_contacts
    where contacted_at < $period_end and reason is not null and reason <> 'unknown'
)
select
    customer_id,
    cause,
    max(named_at) as named_at
from named
group by customer_id, cause
