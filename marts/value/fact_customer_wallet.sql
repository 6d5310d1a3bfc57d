-- fact_customer_wallet: share of wallet, and the diamond of loyalty (Knox 1998), per customer and category.
--
-- What customers say they spend is taken before what their ranking lets expect. The diamond crosses the
-- number of brands with involvement: few brands make a loyal where involvement is high and a habitual
-- where it is low; many brands make a variety seeker or a switcher.
with involvement as (
    select
        customer_id,
        avg(score) as involvement
    from customer_answer
    where construct = 'involvement'
    group by customer_id
)
select
    wallet.customer_id,
    wallet.category,
    wallet.asked_at,
    wallet.brands,
    wallet.is_own_named,
    coalesce(wallet.sow_spend, wallet.sow_rank) as sow,
    case
        when wallet.sow_spend is not null then 'spend'
        when wallet.sow_rank is not null then 'rank'
    end as sow_source,
    wallet.sow_spend,
    wallet.sow_rank,
    involvement.involvement,
    case
        when involvement.involvement is null then 'unknown'
        when wallet.brands <= $small_repertoire
            then
                case
                    when involvement.involvement >= $involved_from then 'loyal' else 'habitual'
                end
        when involvement.involvement >= $involved_from then 'variety_seeker'
        else 'switcher'
    end as diamond,
    case when involvement.involvement is null then 'no_answer' end as diamond_reason
from customer_wallet as wallet
left join involvement on wallet.customer_id = involvement.customer_id
