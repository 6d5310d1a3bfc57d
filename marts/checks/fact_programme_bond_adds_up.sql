-- The three levels of a programme are all of its classed rewards.
select
    period,
    programme_id,
    sum(level_mix_numerator) as rewards,
    max(level_mix_denominator) as classed
from fact_programme_bond
group by period, programme_id
having sum(level_mix_numerator) <> max(level_mix_denominator)
