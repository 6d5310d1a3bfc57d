-- customer_category: how often each customer has bought of each category, up to the end of the period.
--
-- A coupon may be worth more than the product for which it was redeemed; such a line was on promotion, but
-- does not count as negative spend. Lines without a category have a separate row.
select
    customer_id,
    category,
    count(*) as lines,
    count(is_on_promotion) as lines_with_known_promotion,
    sum(greatest(net_amount, 0.00)) filter (where is_on_promotion is not null)
        as spend_with_known_promotion,
    sum(greatest(net_amount, 0.00)) filter (where is_on_promotion) as spend_on_promotion,
    sum(list_amount) as list_spend,
    sum(net_amount) filter (where list_amount is not null) as spend_with_list_price
from fact_order_line
where status = 'completed' and ordered_at < $period_end
group by customer_id, category
