-- fact_customer_attitude: what each customer thinks of the relationship, by the newest answers to the yearly survey before
-- the end of the period.
--
-- An index is the mean of the answers to its questions, 0 to 100, where half of them or more are answered; an
-- index of several parts is the mean of its parts, where half of them or more are known. The three kinds
-- of switching costs are those of Burnham, Frels and Mahajan (2003): procedural, financial and relational.
-- Delivered value is total benefit less total cost (Kotler 1994), both as felt and on one scale.
with indices as (
    select
        customer_id,
        max(answered_at) as last_answered_at,
        max(score) filter (where construct = 'value_dimension' and facet = 'functional') as functional_value,
        max(score) filter (where construct = 'value_dimension' and facet = 'emotional') as emotional_value,
        max(score) filter (where construct = 'value_dimension' and facet = 'social') as social_value,
        max(score) filter (where construct = 'value_dimension' and facet = 'epistemic') as epistemic_value,
        max(score) filter (where construct = 'value_dimension' and facet = 'conditional') as conditional_value,
        max(score) filter (where construct = 'overall_value' and facet = 'overall') as overall_value,
        max(score) filter (where construct = 'switching_cost' and facet = 'economic_risk') as economic_risk_cost,
        max(score) filter (where construct = 'switching_cost' and facet = 'evaluation') as evaluation_cost,
        max(score) filter (where construct = 'switching_cost' and facet = 'learning') as learning_cost,
        max(score) filter (where construct = 'switching_cost' and facet = 'set_up') as set_up_cost,
        max(score) filter (where construct = 'switching_cost' and facet = 'benefit_loss') as benefit_loss_cost,
        max(score) filter (where construct = 'switching_cost' and facet = 'monetary_loss') as monetary_loss_cost,
        max(score) filter (where construct = 'switching_cost' and facet = 'personal_relationship') as personal_relationship_cost,
        max(score) filter (where construct = 'switching_cost' and facet = 'brand_relationship') as brand_relationship_cost,
        max(score) filter (where construct = 'relational_benefit' and facet = 'confidence') as confidence_benefit,
        max(score) filter (where construct = 'relational_benefit' and facet = 'social') as social_benefit,
        max(score) filter (where construct = 'relational_benefit' and facet = 'special_treatment') as special_treatment_benefit,
        max(score) filter (where construct = 'loyalty_phase' and facet = 'cognitive') as cognitive_loyalty,
        max(score) filter (where construct = 'loyalty_phase' and facet = 'affective') as affective_loyalty,
        max(score) filter (where construct = 'loyalty_phase' and facet = 'conative') as conative_loyalty,
        max(score) filter (where construct = 'loyalty_phase' and facet = 'action') as action_loyalty,
        max(score) filter (where construct = 'satisfaction_level' and facet = 'attribute') as attribute_satisfaction,
        max(score) filter (where construct = 'satisfaction_level' and facet = 'consequence') as consequence_satisfaction,
        max(score) filter (where construct = 'satisfaction_level' and facet = 'goal') as goal_satisfaction,
        max(score) filter (where construct = 'relationship_satisfaction' and facet = 'overall') as relationship_satisfaction,
        max(score) filter (where construct = 'relationship_loyalty' and facet = 'intention') as relationship_loyalty,
        max(score) filter (where construct = 'barrier' and facet = 'overall') as switching_barrier,
        max(score) filter (where construct = 'voice' and facet = 'overall') as voice,
        max(score) filter (where construct = 'delivered_benefit' and facet = 'product') as product_benefit,
        max(score) filter (where construct = 'delivered_benefit' and facet = 'service') as service_benefit,
        max(score) filter (where construct = 'delivered_benefit' and facet = 'personnel') as personnel_benefit,
        max(score) filter (where construct = 'delivered_benefit' and facet = 'image') as image_benefit,
        max(score) filter (where construct = 'delivered_cost' and facet = 'monetary') as monetary_cost,
        max(score) filter (where construct = 'delivered_cost' and facet = 'time') as time_cost,
        max(score) filter (where construct = 'delivered_cost' and facet = 'energy') as energy_cost,
        max(score) filter (where construct = 'delivered_cost' and facet = 'psychic') as psychic_cost,
        max(score) filter (where construct = 'alternative') = 100.0 as has_alternative,
        max(score) filter (where construct = 'constraint') = 100.0 as is_constrained,
        max(score) filter (where construct = 'kinship') = 100.0 as is_kin,
        case
            when
                count(*) filter (
                    where construct = 'switching_cost'
                    and facet in ('economic_risk', 'evaluation', 'learning', 'set_up')
                ) >= 2
                then
                    avg(score) filter (
                        where construct = 'switching_cost'
                        and facet in ('economic_risk', 'evaluation', 'learning', 'set_up')
                    )
        end as procedural_switching_cost,
        avg(score) filter (
            where construct = 'switching_cost' and facet in ('benefit_loss', 'monetary_loss')
        ) as financial_switching_cost,
        avg(score) filter (
            where construct = 'switching_cost'
            and facet in ('personal_relationship', 'brand_relationship')
        ) as relational_switching_cost,
        case
            when count(*) filter (where construct = 'switching_cost') >= 4
                then avg(score) filter (where construct = 'switching_cost')
        end as switching_cost,
        case
            when count(*) filter (where construct = 'delivered_benefit') >= 2
                then avg(score) filter (where construct = 'delivered_benefit')
        end as total_benefit,
        case
            when count(*) filter (where construct = 'delivered_cost') >= 2
                then avg(score) filter (where construct = 'delivered_cost')
        end as total_cost
    from customer_facet
    group by customer_id
)
select
    *,
    total_benefit - total_cost as delivered_value,
    total_benefit / nullif(total_cost, 0.0) as delivered_value_ratio
from indices
