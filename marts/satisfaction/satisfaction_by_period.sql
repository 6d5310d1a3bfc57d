-- satisfaction_by_period: CSAT, NPS and CES of the answers given in the period and in the one before.
--
-- Each measure is read from one question, named by a parameter: pooling several items of a construct
-- would count one person more than once. Scores of a reverse-worded question are reversed, so
-- high is always good. NPS is defined on the scale 0 to 10 only (Reichheld 2003); on another scale
-- it stays NULL. Every answer counts in `all` and in its customer's segment, so the segments add up
-- to the total; anonymous answers and customers without a segment are `unknown`. A measure nobody
-- answered is NULL throughout: 0 would say that everybody was asked and nobody was content.
with answers as (
    select
        answer.answered_at < $period_start as is_previous,
        answer.customer_id,
        answer.weight,
        question.question_id,
        question.scale_min,
        question.scale_max,
        case
            when question.direction = 'reverse'
                then question.scale_min + question.scale_max - answer.score
            else answer.score
        end as score
    from questions as question
    inner join survey_answers as answer on question.question_id = answer.question_id
    where
        answer.answered_at >= $previous_start
        and answer.answered_at < $period_end
        and answer.score is not null
        and question.question_id in ($csat_question, $nps_question, $ces_question)
),
segmented_answers as (
    select
        is_previous,
        'all' as segment,
        question_id,
        scale_min,
        scale_max,
        score,
        weight
    from answers
    union all
    select
        answers.is_previous,
        coalesce(customer.segment, 'unknown') as segment,
        answers.question_id,
        answers.scale_min,
        answers.scale_max,
        answers.score,
        answers.weight
    from answers
    left join dim_customer as customer on answers.customer_id = customer.customer_id
),
measures as (
    select
        is_previous,
        segment,
        csat(
            case when question_id = $csat_question then score end, scale_max, weight
        ) as csat,
        nps(
            case
                when question_id = $nps_question and scale_min = 0 and scale_max = 10 then score
            end,
            weight
        ) as nps,
        ces(case when question_id = $ces_question then score end, weight) as ces
    from segmented_answers
    group by is_previous, segment
)
select
    is_previous,
    segment,
    csat['value'] as csat,
    csat['lower'] as csat_lower,
    csat['upper'] as csat_upper,
    case when csat['n'] > 0 then csat['numerator'] end as csat_numerator,
    case when csat['n'] > 0 then csat['denominator'] end as csat_denominator,
    nullif(csat['n'], 0) as csat_n,
    csat['n_effective'] as csat_n_effective,
    nps['value'] as nps,
    nps['lower'] as nps_lower,
    nps['upper'] as nps_upper,
    case when nps['n'] > 0 then nps['promoters'] end as nps_promoters,
    case when nps['n'] > 0 then nps['passives'] end as nps_passives,
    case when nps['n'] > 0 then nps['detractors'] end as nps_detractors,
    nullif(nps['n'], 0) as nps_n,
    nps['n_effective'] as nps_n_effective,
    nps['flags'] as nps_flags,
    ces['value'] as ces,
    ces['lower'] as ces_lower,
    ces['upper'] as ces_upper,
    case when ces['n'] > 0 then ces['numerator'] end as ces_numerator,
    case when ces['n'] > 0 then ces['denominator'] end as ces_denominator,
    nullif(ces['n'], 0) as ces_n,
    ces['n_effective'] as ces_n_effective,
    ces['standard_deviation'] as ces_standard_deviation,
    ces['flags'] as ces_flags
from measures
