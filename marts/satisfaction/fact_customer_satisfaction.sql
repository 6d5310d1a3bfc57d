-- fact_customer_satisfaction: the answers of each customer, as known at the end of the period.
--
-- An index is the mean of the newest answers to the questions of its construct, 0 to 100. The index of
-- loyalty intentions (Zeithaml, Berry and Parasuraman 1996) takes the questions of loyalty and of
-- recommendation with equal weights, and is known if the customer has answered at least half of them.
-- Disconfirmation is perceived quality less expectation (Oliver 1980); within the zone of tolerance
-- (Zeithaml, Berry and Parasuraman 1993) a customer is satisfied, above it delighted, below it
-- dissatisfied. Cumulative satisfaction lets older answers count less. Promoters, passives and detractors
-- are defined on the scale 0 to 10 only (Reichheld 2003).
with intention_questions as (
    select count(*) as questions
    from questions
    where construct in ('loyalty', 'recommendation')
),
indices as (
    select
        customer_id,
        max(answered_at) as last_answered_at,
        sum(answers) as answers,
        avg(score) filter (where construct = 'satisfaction') as satisfaction,
        avg(cumulative_score) filter (where construct = 'satisfaction') as satisfaction_cumulative,
        sum(answers) filter (where construct = 'satisfaction') as satisfaction_answers,
        avg(score) filter (where construct = 'recommendation') as recommendation,
        avg(score) filter (where construct = 'effort') as ease,
        avg(score) filter (where construct = 'expectation') as expectation,
        avg(score) filter (where construct = 'quality') as perceived_quality,
        avg(score) filter (where construct = 'value') as perceived_value,
        100.0 - avg(score) filter (where construct = 'loyalty' and facet = 'switching') as switch_intent,
        avg(score) filter (where construct in ('loyalty', 'recommendation')) as intention,
        count(*) filter (where construct in ('loyalty', 'recommendation')) as intention_answers
    from customer_answer
    group by customer_id
)
select
    indices.customer_id,
    indices.last_answered_at,
    cast($period_end - interval '1 microsecond' as date)
        - cast(indices.last_answered_at as date) as answer_age_days,
    indices.answers,
    indices.satisfaction,
    indices.satisfaction_cumulative,
    indices.satisfaction_answers,
    indices.recommendation,
    case
        when nps.score is null then null
        when nps.score >= 90 then 'promoter'
        when nps.score >= 70 then 'passive'
        else 'detractor'
    end as nps_group,
    indices.ease,
    indices.expectation,
    indices.perceived_quality,
    indices.perceived_value,
    indices.perceived_quality - indices.expectation as disconfirmation,
    case
        when indices.perceived_quality - indices.expectation is null then null
        when indices.perceived_quality - indices.expectation > $tolerance_zone then 'delighted'
        when indices.perceived_quality - indices.expectation < -$tolerance_zone then 'dissatisfied'
        else 'satisfied'
    end as disconfirmation_class,
    indices.switch_intent,
    case
        when 2 * indices.intention_answers >= intentions.questions then indices.intention
    end as loyalty_index
from indices
cross join intention_questions as intentions
left join customer_answer as nps
    on
        indices.customer_id = nps.customer_id
        and nps.question_id = $nps_question
        and nps.scale_min = 0
        and nps.scale_max = 10
