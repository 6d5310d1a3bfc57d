-- fact_loyalty_moderation: whether switching costs strengthen the effect of satisfaction (Jones, Mothersbaugh and
-- Beatty 2000).
--
-- Loyalty is regressed on satisfaction, switching costs and their product, both centred at their means over the
-- customers who have answered all. The slope of satisfaction where switching costs are a standard deviation below and above
-- their mean (simple slopes, Aiken and West 1991) is its coefficient when they are centred there.
with known as (
    select
        relationship_loyalty as loyalty,
        relationship_satisfaction as satisfaction,
        switching_cost
    from fact_customer_attitude
    where
        relationship_loyalty is not null
        and relationship_satisfaction is not null
        and switching_cost is not null
),
moments as (
    select
        avg(satisfaction) as satisfaction_mean,
        avg(switching_cost) as cost_mean,
        stddev_samp(switching_cost) as cost_deviation
    from known
),
centred as (
    select
        known.loyalty,
        known.satisfaction - moments.satisfaction_mean as satisfaction,
        known.switching_cost - moments.cost_mean as cost,
        moments.cost_mean,
        moments.cost_deviation
    from known
    cross join moments
),
fitted as (
    select
        key_drivers(
            loyalty,
            named_struct('satisfaction', satisfaction, 'cost', cost, 'product', satisfaction * cost)
        ) as at_mean,
        key_drivers(
            loyalty,
            named_struct(
                'satisfaction', satisfaction, 'cost', cost, 'product', satisfaction * (cost + cost_deviation)
            )
        ) as at_low,
        key_drivers(
            loyalty,
            named_struct(
                'satisfaction', satisfaction, 'cost', cost, 'product', satisfaction * (cost - cost_deviation)
            )
        ) as at_high,
        max(cost_mean) as cost_mean,
        max(cost_deviation) as cost_deviation
    from centred
)
select
    at_mean['drivers'][1]['coefficient'] as satisfaction_slope,
    at_mean['drivers'][1]['standard_error'] as satisfaction_slope_standard_error,
    at_mean['drivers'][2]['coefficient'] as switching_cost_slope,
    at_mean['drivers'][2]['standard_error'] as switching_cost_slope_standard_error,
    at_mean['drivers'][3]['coefficient'] as moderation,
    at_mean['drivers'][3]['standard_error'] as moderation_standard_error,
    at_mean['drivers'][3]['lower'] as moderation_lower,
    at_mean['drivers'][3]['upper'] as moderation_upper,
    at_low['drivers'][1]['coefficient'] as slope_at_low_cost,
    at_low['drivers'][1]['lower'] as slope_at_low_cost_lower,
    at_low['drivers'][1]['upper'] as slope_at_low_cost_upper,
    at_high['drivers'][1]['coefficient'] as slope_at_high_cost,
    at_high['drivers'][1]['lower'] as slope_at_high_cost_lower,
    at_high['drivers'][1]['upper'] as slope_at_high_cost_upper,
    cost_mean - cost_deviation as low_cost,
    cost_mean + cost_deviation as high_cost,
    at_mean['r_squared'] as r_squared,
    at_mean['n'] as n,
    at_mean['flags'] as flags
from fitted
where at_mean['n'] > 0
