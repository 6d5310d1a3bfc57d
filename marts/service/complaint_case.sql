-- complaint_case: complaints of the days up to the end of the period, as they were known then.
--
-- What happened later is cut off: a complaint that was answered or closed after the period was open in it.
with known as (
    select
        complaint_id,
        customer_id,
        opened_at,
        coalesce(channel, 'unknown') as channel,
        cause,
        loss_amount,
        purchase_day,
        coalesce(first_response_at < $period_end, false) as is_answered,
        coalesce(resolved_at < $period_end, false) as is_closed,
        resolved_at,
        compensation,
        is_put_right,
        first_response_hours,
        resolution_hours,
        (date_part('epoch', $period_end) - date_part('epoch', opened_at)) / 3600.0
            as watched_hours
    from fact_complaint
    where
        opened_at < $period_end
        and cast($period_end - interval '1 microsecond' as date) - cast(opened_at as date)
        < $service_window_days
)
select
    known.complaint_id,
    known.customer_id,
    known.opened_at,
    known.channel,
    known.cause,
    known.loss_amount,
    known.is_answered,
    known.is_closed,
    case when known.is_closed then known.resolved_at end as resolved_at,
    case when known.is_closed then known.compensation end as compensation,
    case when known.is_closed then known.is_put_right end as is_put_right,
    case when known.is_answered then known.first_response_hours else known.watched_hours end
        as first_response_hours,
    case when known.is_closed then known.resolution_hours else known.watched_hours end
        as resolution_hours,
    purchase.frequency_class,
    purchase.gap_class,
    purchase.return_days,
    purchase.is_returned
from known
left join purchase_case as purchase
    on
        known.customer_id = purchase.customer_id
        and known.purchase_day = purchase.purchase_day
