-- Moves between the stages of all customers, in the order of a customer's life.
with stages (place, stage) as (
    values
    (1, 'not_yet'),
    (2, 'new'),
    (3, 'developing'),
    (4, 'mature'),
    (5, 'reactivated'),
    (6, 'declining'),
    (7, 'lapsed'),
    (8, 'unknown')
)
select
    moves.stage_at_start,
    moves.stage_at_end,
    moves.customers,
    moves.customers_at_start,
    moves.transition_share,
    moves.transition_share_lower,
    moves.transition_share_upper
from fact_loyalty_transition as moves
left join stages as first_stage on moves.stage_at_start = first_stage.stage
left join stages as last_stage on moves.stage_at_end = last_stage.stage
where moves.period = $period and moves.segment = 'all'
order by first_stage.place, last_stage.place, moves.stage_at_start, moves.stage_at_end
