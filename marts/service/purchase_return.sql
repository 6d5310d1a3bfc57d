-- purchase_return: every purchase day, when the customer came back from it, and what was known by then.
--
-- Purchases that are equal by what is known when they are made share a cell: the number of purchase days
-- before, in classes, and the mean gap between them, by powers of two (the x and t_x of the purchase models; on a
-- purchase day the age T is t_x).
with numbered_days as (
    select
        customer_id,
        purchase_day,
        row_number() over (partition by customer_id order by purchase_day) - 1 as frequency,
        purchase_day
        - min(purchase_day) over (partition by customer_id) as purchase_span_days,
        lead(purchase_day) over (partition by customer_id order by purchase_day)
            as next_purchase_day
    from customer_purchase_day
)
select
    customer_id,
    purchase_day,
    case
        when frequency <= 2 then frequency
        when frequency <= 4 then 3
        when frequency <= 9 then 5
        else 10
    end as frequency_class,
    case
        when frequency = 0 then -1
        else cast(floor(log2(cast(purchase_span_days as double) / frequency)) as bigint)
    end as gap_class,
    next_purchase_day
from numbered_days
