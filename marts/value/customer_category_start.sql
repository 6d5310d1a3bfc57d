-- customer_category_start: the day on which each customer first bought in each category.
select
    customer_id,
    category,
    cast(min(ordered_at) as date) as first_day
from fact_order_line
where status = 'completed' and customer_id is not null and category is not null
group by customer_id, category
