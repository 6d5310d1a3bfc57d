-- fact_customer_loyalty: what each customer has done, per period.
--
-- Each stage that it joins says how it counts; activity and the stage of life are those of customer_stage
-- at the end of the period.
select
    history.customer_id,
    history.first_purchase_day,
    history.last_purchase_day,
    history.purchase_days,
    history.frequency,
    history.frequency > 0 as is_repeat,
    life.is_too_new_to_repeat,
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
    life.active_within_days,
    life.is_active,
    life.stage,
    life.stage_reason,
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
left join customer_stage as life
    on history.customer_id = life.customer_id and life.moment = 'end'
left join customer_score as score on history.customer_id = score.customer_id
left join customer_rhythm as rhythm on history.customer_id = rhythm.customer_id
left join customer_basket as basket on history.customer_id = basket.customer_id
left join customer_price as price on history.customer_id = price.customer_id
