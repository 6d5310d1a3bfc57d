-- fact_category_affinity: the categories that each customer buys more of than others do.
--
-- The lift is the customer's share of a category by that of all customers, less one. A customer of three
-- lines would soon have a lift of hundreds of percent, so each is credited with lines that are spread as
-- those of all (the mean of a Dirichlet prior of that weight): few lines leave the lift near nothing, and
-- rare categories need more of them.
with customer_lines as (
    select
        customer_id,
        category,
        lines
    from customer_category
    where customer_id is not null and category is not null
),
customers as (
    select
        customer_id,
        sum(lines) as lines
    from customer_lines
    group by customer_id
),
categories as (
    select
        category,
        sum(lines) as lines,
        sum(sum(lines)) over () as lines_of_all,
        count(*) over () as categories
    from customer_lines
    group by category
),
shares as (
    select
        customer_lines.customer_id,
        customer_lines.category,
        cast(customer_lines.lines as bigint) as lines,
        cast(customers.lines as bigint) as lines_of_customer,
        cast(customer_lines.lines as double) / cast(customers.lines as double) as category_share,
        cast(categories.lines as double) / cast(categories.lines_of_all as double)
            as share_of_all
    from customer_lines
    inner join customers on customer_lines.customer_id = customers.customer_id
    inner join categories on customer_lines.category = categories.category
    where categories.categories > 1
),
lifts as (
    select
        customer_id,
        category,
        lines,
        lines_of_customer,
        category_share,
        share_of_all,
        (lines + $affinity_prior_lines * share_of_all)
        / (lines_of_customer + $affinity_prior_lines)
        / share_of_all
        - 1.0 as affinity
    from shares
),
ranked as (
    select
        *,
        row_number() over (
            partition by customer_id order by affinity desc, category
        ) as affinity_rank
    from lifts
)
select
    customer_id,
    cast(affinity_rank as bigint) as affinity_rank,
    category,
    affinity,
    lines as category_lines,
    lines_of_customer as customer_lines,
    category_share,
    wilson_lower(lines, lines_of_customer) as category_share_lower,
    wilson_upper(lines, lines_of_customer) as category_share_upper,
    share_of_all as category_share_of_all
from ranked
where affinity > 0 and affinity_rank <= $affinity_categories
