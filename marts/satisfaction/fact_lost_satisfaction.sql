-- fact_lost_satisfaction: how many of the customers who left had said that they were satisfied.
--
-- Most who leave were satisfied (Reichheld 1993). A customer is lost who is lapsed at the end of the
-- period, and kept who is active. What counts is the newest answer to the question of satisfaction, if it
-- was given before the customer left, and not longer before the last purchase than the parameter
-- answer_age_limit_days. The area under the curve is the chance that of a kept and a lost customer the kept one was
-- the more satisfied, ties half.
with outcomes as (
    select
        loyalty.customer_id,
        loyalty.stage = 'lapsed' as is_lost,
        loyalty.last_purchase_day,
        loyalty.active_within_days
    from fact_customer_loyalty as loyalty
    where loyalty.stage = 'lapsed' or loyalty.is_active
),
judged as (
    select
        outcomes.is_lost,
        case
            when
                cast(answer.answered_at as date) - outcomes.last_purchase_day
                <= outcomes.active_within_days
                and outcomes.last_purchase_day - cast(answer.answered_at as date)
                <= $answer_age_limit_days
                then answer.score
        end as satisfaction
    from outcomes
    left join customer_answer as answer
        on
            outcomes.customer_id = answer.customer_id
            and answer.question_id = $csat_question
),
ranked as (
    select
        is_lost,
        satisfaction,
        rank() over (order by satisfaction)
        + (count(*) over (partition by satisfaction) - 1) / 2.0 as satisfaction_rank
    from judged
    where satisfaction is not null
),
areas as (
    select
        count(*) filter (where not is_lost) as kept,
        count(*) filter (where is_lost) as lost,
        sum(satisfaction_rank) filter (where not is_lost) as kept_ranks
    from ranked
),
shares as (
    select
        count(*) filter (where is_lost) as lost_customers,
        count(satisfaction) filter (where is_lost) as lost_answered,
        count(*) filter (where is_lost and satisfaction >= $satisfied_from) as lost_satisfied,
        count(*) filter (where not is_lost) as kept_customers,
        count(satisfaction) filter (where not is_lost) as kept_answered,
        count(*) filter (where not is_lost and satisfaction >= $satisfied_from) as kept_satisfied
    from judged
)
select
    shares.lost_customers,
    shares.lost_answered,
    shares.lost_satisfied,
    cast(shares.lost_satisfied as double) / nullif(shares.lost_answered, 0) as lost_satisfied_share,
    wilson_lower(shares.lost_satisfied, shares.lost_answered) as lost_satisfied_share_lower,
    wilson_upper(shares.lost_satisfied, shares.lost_answered) as lost_satisfied_share_upper,
    shares.kept_customers,
    shares.kept_answered,
    shares.kept_satisfied,
    cast(shares.kept_satisfied as double) / nullif(shares.kept_answered, 0) as kept_satisfied_share,
    wilson_lower(shares.kept_satisfied, shares.kept_answered) as kept_satisfied_share_lower,
    wilson_upper(shares.kept_satisfied, shares.kept_answered) as kept_satisfied_share_upper,
    (areas.kept_ranks - areas.kept * (areas.kept + 1) / 2.0)
    / nullif(cast(areas.kept * areas.lost as double), 0.0) as area_under_curve
from shares
cross join areas
where shares.lost_customers + shares.kept_customers > 0
