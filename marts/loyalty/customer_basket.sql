-- customer_basket: the composition of each customer's completed lines, up to the end of the period.
--
-- Counted in two steps, by customer and category and then by customer: this is many times faster
-- than counting distinct categories per customer. The entropy of the shares p = n/N of a customer's
-- lines over categories is ln N − Σ n ln n / N; its terms are rounded to decimals before they are
-- added, so the sum does not depend on the order. A shop that sells one category cannot show
-- cross-buying, and a line without a category says nothing about it: both give NULL, not 0. A coupon
-- may be worth more than the product for which it was redeemed; such a line was on promotion, but does not count as
-- negative spend.
with shop as (
    select count(category) as categories
    from (select category from customer_category group by category) as sold_categories
),
baskets as (
    select
        customer_id,
        count(category) as categories,
        cast(coalesce(sum(lines) filter (where category is not null), 0) as bigint)
            as categorised_lines,
        cast(
            sum(cast(lines * ln(lines) as decimal(38, 12))) filter (where category is not null)
            as double
        ) as lines_log_lines,
        cast(sum(lines_with_known_promotion) as bigint) as lines_with_known_promotion,
        cast(sum(spend_with_known_promotion) as double) as spend_with_known_promotion,
        cast(coalesce(sum(spend_on_promotion), 0) as double) as spend_on_promotion,
        cast(sum(list_spend) as double) as list_spend,
        cast(sum(spend_with_list_price) as double) as spend_with_list_price
    from customer_category
    group by customer_id
)
select
    baskets.customer_id,
    case
        when shop.categories > 1 and baskets.categories > 0 then baskets.categories
    end as category_count,
    case
        when shop.categories <= 1 or baskets.categories = 0 then null
        when baskets.categories = 1 then 0.0
        else ln(baskets.categorised_lines) - baskets.lines_log_lines / baskets.categorised_lines
    end as category_entropy,
    baskets.lines_with_known_promotion,
    baskets.spend_on_promotion / nullif(baskets.spend_with_known_promotion, 0.0) as deal_share,
    1.0 - baskets.spend_with_list_price / nullif(baskets.list_spend, 0.0) as deal_depth
from baskets
cross join shop
