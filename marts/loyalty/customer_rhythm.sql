-- customer_rhythm: whether each customer's purchase days come in clumps, and whether baskets grow.
--
-- Clumpiness (Zhang, Bradlow and Small 2015) is of the days from the first purchase day to the end of the
-- window; for fewer than three purchase days it is NULL. Growth is the slope of the logarithm of the
-- spend of a purchase day over its number in the customer's history, by least squares, as the relative
-- increase from one basket to the next; it needs four days with a positive spend.
with numbered_days as (
    select
        customer_id,
        purchase_day,
        spend,
        purchase_day - min(purchase_day) over (partition by customer_id) + 1 as day_number,
        row_number() over (partition by customer_id order by purchase_day) as purchase_number
    from customer_purchase_day
    where purchase_day <= cast($period_end - interval '1 microsecond' as date)
),
rhythms as (
    select
        customer_id,
        array_agg(day_number order by purchase_day) as days,
        cast($period_end - interval '1 microsecond' as date) - min(purchase_day) + 1 as watched_days,
        count(*) as purchase_days,
        count(*) filter (where spend > 0) as paid_days,
        regr_slope(
            case when spend > 0 then ln(cast(spend as double)) end, cast(purchase_number as double)
        ) as growth
    from numbered_days
    group by customer_id
)
select
    customer_id,
    case when purchase_days >= 3 then clumpiness(days, watched_days) end as clumpiness,
    case when paid_days >= 4 then exp(growth) - 1.0 end as basket_growth
from rhythms
