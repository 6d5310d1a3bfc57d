-- fact_customer_kind: what kind of loyal customer each one is, per period.
--
-- The quadrant of Dick and Basu (1994) crosses attitude and repeat patronage: loyal in both is true
-- loyalty, in attitude alone latent, in behaviour alone spurious, in neither none. Attitude is the index
-- of loyalty intentions; repeat patronage is an active customer with enough repeat purchase days. Jones
-- and Sasser (1995) cross satisfaction and loyalty: apostle, mercenary (satisfied and not loyal), hostage
-- (loyal and not satisfied), defector. All cuts are parameters, and each row has those that were used.
-- What is not known is `unknown`, with the reason beside it.
with judged as (
    select
        loyalty.customer_id,
        satisfaction.satisfaction,
        satisfaction.loyalty_index,
        loyalty.is_active,
        loyalty.frequency,
        satisfaction.loyalty_index >= $loyal_from as is_loyal_in_attitude,
        loyalty.is_active and loyalty.frequency >= $mature_frequency as is_loyal_in_behaviour,
        satisfaction.satisfaction >= $satisfied_from as is_satisfied,
        satisfaction.customer_id is null as has_no_answer
    from fact_customer_loyalty as loyalty
    left join fact_customer_satisfaction as satisfaction
        on loyalty.customer_id = satisfaction.customer_id
)
select
    customer_id,
    loyalty_index,
    satisfaction,
    is_loyal_in_attitude,
    is_loyal_in_behaviour,
    is_satisfied,
    case
        when is_loyal_in_attitude is null or is_loyal_in_behaviour is null then 'unknown'
        when is_loyal_in_attitude and is_loyal_in_behaviour then 'true_loyalty'
        when is_loyal_in_attitude then 'latent_loyalty'
        when is_loyal_in_behaviour then 'spurious_loyalty'
        else 'no_loyalty'
    end as loyalty_quadrant,
    case
        when is_loyal_in_behaviour is null then 'too_few_gaps'
        when has_no_answer then 'no_answer'
        when is_loyal_in_attitude is null then 'too_few_answers'
    end as loyalty_quadrant_reason,
    case
        when is_satisfied is null or is_loyal_in_attitude is null then 'unknown'
        when is_satisfied and is_loyal_in_attitude then 'apostle'
        when is_satisfied then 'mercenary'
        when is_loyal_in_attitude then 'hostage'
        else 'defector'
    end as jones_sasser,
    case
        when has_no_answer then 'no_answer'
        when is_satisfied is null or is_loyal_in_attitude is null then 'too_few_answers'
    end as jones_sasser_reason,
    $loyal_from as loyal_from,
    $satisfied_from as satisfied_from,
    $mature_frequency as mature_frequency
from judged
