-- customer_facet: what each customer thinks of each part of what the survey of the relationship asks about: the mean of
-- the newest answers, where half of its questions or more are answered.
with asked as (
    select
        construct,
        facet,
        count(*) as questions
    from questions
    group by construct, facet
),
answered as (
    select
        customer_id,
        construct,
        facet,
        max(answered_at) as answered_at,
        count(*) as answers,
        avg(score) as score
    from customer_answer
    where
        construct in (
            'value_dimension',
            'overall_value',
            'switching_cost',
            'relational_benefit',
            'loyalty_phase',
            'satisfaction_level',
            'relationship_satisfaction',
            'relationship_loyalty',
            'barrier',
            'voice',
            'delivered_benefit',
            'delivered_cost',
            'alternative',
            'constraint',
            'kinship'
        )
    group by customer_id, construct, facet
)
select
    answered.customer_id,
    answered.construct,
    answered.facet,
    answered.answered_at,
    answered.score
from asked
inner join answered
    on
        asked.construct = answered.construct
        and asked.facet = answered.facet
where 2 * answered.answers >= asked.questions
