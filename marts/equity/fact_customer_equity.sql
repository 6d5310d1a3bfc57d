-- fact_customer_equity: what each customer may still do and is worth, per period.
--
-- Tiers (Zeithaml, Rust and Lemon 2001) rank the valued customers by their value. The shares add up:
-- the gold share includes the platinum customers. A tier takes the first ⌈share × n⌉ and everybody
-- equal to the last of them; a customer worth nothing or less is lead whatever the rank. Every
-- row says on which model its numbers are based, and whether the data identify that model's parameters.
with ranked_customers as (
    select
        *,
        -- The number of customers worth more. It is below share × n exactly for the first
        -- ⌈share × n⌉ and their equals; in decimals, because 0.07 × 100 is above 7 in floats.
        cast(rank() over (order by clv desc nulls last) - 1 as decimal(20, 0)) as customers_above,
        cast(count(clv) over () as decimal(20, 0)) as customers_valued
    from customer_valuation
    where moment = 'end'
)
select
    ranked.customer_id,
    ranked.frequency,
    ranked.p_alive,
    ranked.expected_purchases,
    ranked.discounted_purchases,
    ranked.expected_spend,
    ranked.clv,
    value_interval.clv_lower,
    value_interval.clv_upper,
    case
        when ranked.clv is null then null
        when ranked.clv <= 0 then 'lead'
        when ranked.customers_above < cast($platinum_share as decimal(9, 6)) * ranked.customers_valued
            then 'platinum'
        when ranked.customers_above < cast($gold_share as decimal(9, 6)) * ranked.customers_valued
            then 'gold'
        when ranked.customers_above < cast($iron_share as decimal(9, 6)) * ranked.customers_valued
            then 'iron'
        else 'lead'
    end as tier,
    ranked.purchase_model,
    ranked.purchase_model_identified,
    ranked.spend_model_identified
from ranked_customers as ranked
left join customer_value_interval as value_interval
    on ranked.customer_id = value_interval.customer_id
