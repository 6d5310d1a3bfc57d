-- customer_wallet: the newest answer of each customer about each category before the end of the period.
--
-- By the wallet allocation rule (Keiningham, Aksoy, Buoye and Cooil 2011) a brand of rank r among N has
-- (1 − r / (N + 1)) × 2 / N of the wallet; equal ones have the mean of their ranks.
with newest as (
    select
        customer_id,
        category,
        max(asked_at) as asked_at
    from wallet_answers
    where asked_at < $period_end
    group by customer_id, category
),
brands as (
    select
        answer.customer_id,
        answer.category,
        answer.asked_at,
        answer.is_own,
        answer.spend_share,
        answer.rank,
        count(*) over wallet as brands,
        count(answer.rank) over wallet as ranked,
        rank() over (wallet order by answer.rank) as place,
        count(*) over (
            partition by answer.customer_id, answer.category, answer.rank
        ) as equals
    from newest
    inner join wallet_answers as answer
        on
            newest.customer_id = answer.customer_id
            and newest.category = answer.category
            and newest.asked_at = answer.asked_at
    window wallet as (partition by answer.customer_id, answer.category)
),
shares as (
    select
        *,
        case
            when ranked = brands
                then (1.0 - (place + (equals - 1) / 2.0) / (brands + 1.0)) * 2.0 / brands
        end as rank_share
    from brands
)
select
    customer_id,
    category,
    max(asked_at) as asked_at,
    max(brands) as brands,
    bool_or(is_own) as is_own_named,
    case
        when count(spend_share) = count(*)
            then
                coalesce(sum(spend_share) filter (where is_own), 0.0)
                / nullif(sum(spend_share), 0.0)
    end as sow_spend,
    case
        when max(ranked) = max(brands) then coalesce(sum(rank_share) filter (where is_own), 0.0)
    end as sow_rank
from shares
group by customer_id, category
