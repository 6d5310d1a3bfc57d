-- fact_customer_loyalty_kind: why each customer stays: benefit, trust, monopoly, kinship, inertia or latent loyalty (after
-- Griffin 1995).
--
-- Every kind has a score from 0 to 1, and the kind is the one with the highest, of equal ones the first in the order
-- of the columns. The scores need not add up to 1. A score whose inputs are unknown is NULL and takes no part. Benefit is
-- the share of spend on promotion: how many would leave without it takes an experiment. Inertia is the mean of even rhythm, few
-- categories and middling intentions, of those that are known, for a customer who buys again.
with known as (
    select
        loyalty.customer_id,
        loyalty.deal_share,
        satisfaction.satisfaction,
        satisfaction.nps_group,
        satisfaction.loyalty_index,
        attitude.has_alternative,
        attitude.is_constrained,
        attitude.is_kin,
        (5.0 - loyalty.monetary_score) / 4.0 as lowness_of_spend,
        1.0 - loyalty.clumpiness as evenness,
        1.0 / loyalty.cross_buy_count as narrowness,
        1.0 - abs(satisfaction.loyalty_index - 50.0) / 50.0 as indifference
    from fact_customer_loyalty as loyalty
    left join fact_customer_satisfaction as satisfaction
        on loyalty.customer_id = satisfaction.customer_id
    left join fact_customer_attitude as attitude on loyalty.customer_id = attitude.customer_id
),
scored as (
    select
        customer_id,
        deal_share as benefit_score,
        case
            when satisfaction < $trust_satisfied_from or nps_group <> 'promoter' then 0.0
            when satisfaction is not null and nps_group is not null then 1.0 - deal_share
        end as trust_score,
        case
            when has_alternative then 0.0
            when not has_alternative then 1.0 - satisfaction / 100.0
        end as monopoly_score,
        cast(cast(is_kin as int) as double) as kinship_score,
        case
            when evenness is not null
                then
                    (evenness + coalesce(narrowness, 0.0) + coalesce(indifference, 0.0))
                    / (
                        1.0
                        + case when narrowness is null then 0.0 else 1.0 end
                        + case when indifference is null then 0.0 else 1.0 end
                    )
        end as inertia_score,
        case
            when not is_constrained then 0.0
            when is_constrained then loyalty_index / 100.0 * lowness_of_spend
        end as latent_score
    from known
),
best as (
    select
        *,
        greatest(
            benefit_score, trust_score, monopoly_score, kinship_score, inertia_score, latent_score
        ) as best_score
    from scored
)
select
    customer_id,
    case
        when best_score is null then 'unknown'
        when best_score = 0.0 then 'none'
        when benefit_score = best_score then 'benefit'
        when trust_score = best_score then 'trust'
        when monopoly_score = best_score then 'monopoly'
        when kinship_score = best_score then 'kinship'
        when inertia_score = best_score then 'inertia'
        else 'latent'
    end as loyalty_kind,
    benefit_score,
    trust_score,
    monopoly_score,
    kinship_score,
    inertia_score,
    latent_score
from best
