-- fact_satisfaction_link: how loyalty rises with satisfaction, below, between and above two knots: the link is steep at the ends
-- where it is not linear (Anderson and Mittal 2000; Jones and Sasser 1995).
--
-- Loyalty intentions are regressed on the parts of satisfaction below the lower knot, between the knots, and above
-- the upper one, so each coefficient is the slope of its part and the line is continuous.
with parts as (
    select
        loyalty_index,
        satisfaction,
        least(satisfaction, $link_lower_knot) as below,
        least(greatest(satisfaction, $link_lower_knot), $link_upper_knot) as between_knots,
        greatest(satisfaction, $link_upper_knot) as above
    from fact_customer_satisfaction
    where satisfaction is not null and loyalty_index is not null
),
fitted as (
    select
        key_drivers(
            loyalty_index, named_struct('low', below, 'middle', between_knots, 'high', above)
        ) as bent,
        key_drivers(loyalty_index, named_struct('satisfaction', satisfaction)) as straight
    from parts
)
select
    bent['drivers'][1]['coefficient'] as slope_low,
    bent['drivers'][1]['lower'] as slope_low_lower,
    bent['drivers'][1]['upper'] as slope_low_upper,
    bent['drivers'][2]['coefficient'] as slope_middle,
    bent['drivers'][2]['lower'] as slope_middle_lower,
    bent['drivers'][2]['upper'] as slope_middle_upper,
    bent['drivers'][3]['coefficient'] as slope_high,
    bent['drivers'][3]['lower'] as slope_high_lower,
    bent['drivers'][3]['upper'] as slope_high_upper,
    straight['drivers'][1]['coefficient'] as slope,
    straight['drivers'][1]['lower'] as slope_lower,
    straight['drivers'][1]['upper'] as slope_upper,
    straight['r_squared'] as linear_r_squared,
    bent['r_squared'] as r_squared,
    (bent['r_squared'] - straight['r_squared']) / 2.0 * (bent['n'] - 4)
    / nullif(1.0 - bent['r_squared'], 0.0) as curvature_f,
    bent['n'] as n,
    bent['flags'] as flags
from fitted
where bent['n'] > 0
