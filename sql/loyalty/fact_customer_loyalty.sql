-- fact_customer_loyalty: what each customer has done, per period.
--
-- Activity and stage compare the silence of a customer with the gap that ends nine times in ten.
-- Under steady buying with a mean gap g that is ln(10)·g (Ehrenberg 1959), and so it is taken from
-- the customer's own gaps when there are enough of them; otherwise it is the ninth decile of the
-- gaps of all customers. It is never shorter than the median gap of all, which keeps a burst of
-- purchases from making the customer look lost a week later. Where the gaps of all are too few to
-- tell (`minimum_gaps`), all of it is NULL, and `stage_reason` says so.
with activity as (
    select
        history.customer_id,
        gap.median_gap_days,
        gap.long_gap_days,
        case
            when gap.gaps < $minimum_gaps then null
            when history.frequency >= $mature_frequency
                then greatest(
                    ln(10.0) * history.purchase_span_days / history.frequency,
                    gap.median_gap_days
                )
            else gap.long_gap_days
        end as active_within_days
    from customer_history as history
    cross join purchase_gap as gap
)
select
    history.customer_id,
    history.first_purchase_day,
    history.last_purchase_day,
    history.purchase_days,
    history.frequency,
    history.frequency > 0 as is_repeat,
    history.tenure_days < activity.median_gap_days as is_too_new_to_repeat,
    history.purchase_span_days,
    history.recency_days,
    history.tenure_days,
    history.total_spend,
    cast(history.total_spend as double) / history.purchase_days as monetary,
    cast(score.recency_score as int) as recency_score,
    cast(score.frequency_score as int) as frequency_score,
    cast(score.monetary_score as int) as monetary_score,
    concat(
        cast(score.recency_score as varchar),
        cast(score.frequency_score as varchar),
        cast(score.monetary_score as varchar)
    ) as rfm_code,
    activity.active_within_days,
    history.recency_days <= activity.active_within_days as is_active,
    case
        when activity.active_within_days is null then null
        when history.recency_days > 2 * activity.active_within_days then 'lapsed'
        when history.recency_days > activity.active_within_days then 'declining'
        when history.last_gap_days > 2 * activity.long_gap_days then 'reactivated'
        when history.frequency = 0 then 'new'
        when history.frequency < $mature_frequency then 'developing'
        else 'mature'
    end as stage,
    case when activity.active_within_days is null then 'too_few_gaps' end as stage_reason,
    basket.category_count as cross_buy_count,
    basket.category_entropy as cross_buy_entropy,
    case
        when basket.lines_with_known_promotion >= $deal_share_minimum_lines then basket.deal_share
    end as deal_share,
    case
        when basket.lines_with_known_promotion >= $deal_share_minimum_lines then basket.deal_depth
    end as deal_depth,
    case
        when price.lines_with_known_promotion >= $deal_share_minimum_lines
            then cast(price.special_lines as double) / price.lines_with_known_promotion
    end as special_item_share,
    case
        when price.lines_with_known_promotion >= $deal_share_minimum_lines
            then 5 * price.special_lines >= 4 * price.lines_with_known_promotion
    end as is_price_sensitive,
    case
        when price.lines_with_usual_price >= $deal_share_minimum_lines then price.price_premium
    end as price_premium,
    rhythm.clumpiness,
    rhythm.basket_growth
from customer_history as history
inner join activity on history.customer_id = activity.customer_id
left join customer_score as score on history.customer_id = score.customer_id
left join customer_rhythm as rhythm on history.customer_id = rhythm.customer_id
left join customer_basket as basket on history.customer_id = basket.customer_id
left join customer_price as price on history.customer_id = price.customer_id
