-- customer_growth: spend of a purchase day in the last 365 days and in the 365 before, and whether the
-- customer has come to buy in another category meanwhile. Of customers who bought in both.
with last_day as (
    select cast($period_end - interval '1 microsecond' as date) as day
),
spends as (
    select
        margin.customer_id,
        cast(
            sum(margin.spend) filter (where margin.purchase_day > last_day.day - 365) as double
        ) / nullif(count(*) filter (where margin.purchase_day > last_day.day - 365), 0) as spend,
        cast(
            sum(margin.spend) filter (where margin.purchase_day <= last_day.day - 365) as double
        ) / nullif(count(*) filter (where margin.purchase_day <= last_day.day - 365), 0)
            as spend_before
    from customer_margin_day as margin
    cross join last_day
    where margin.purchase_day > last_day.day - 730 and margin.purchase_day <= last_day.day
    group by margin.customer_id
),
categories as (
    select
        start.customer_id,
        count(*) filter (where start.first_day <= last_day.day - 365) as categories_before,
        count(*) filter (where start.first_day > last_day.day - 365) as categories_added
    from customer_category_start as start
    cross join last_day
    where start.first_day <= last_day.day
    group by start.customer_id
)
select
    spends.customer_id,
    spends.spend - spends.spend_before as spend_change,
    categories.categories_before,
    categories.categories_added > 0 as has_added
from spends
inner join categories on spends.customer_id = categories.customer_id
where spends.spend is not null and spends.spend_before is not null
