-- fact_expectation_update: how much customers adjust their expectation of the service to what they have perceived
-- (Johnson, Anderson and Fornell 1995).
--
-- The expectation moves by a share of the gap between perception and expectation in the answers before: E₂ = E₁ +
-- gain · (P₁ − E₁). A row of the regression is one dimension of one customer with two consecutive responses
-- that have both. The first response of a customer has no adjustment.
with answers as (
    select
        customer_id,
        response_id,
        max(answered_at) as answered_at,
        facet as dimension,
        avg(score) filter (where construct = 'service_expectation') as expectation,
        avg(score) filter (where construct = 'service_perception') as perception
    from scored_answer
    where
        construct in ('service_expectation', 'service_perception')
        and customer_id is not null
        and answered_at < $period_end
    group by customer_id, response_id, facet
),
sequences as (
    select
        expectation,
        lag(expectation) over before as previous_expectation,
        lag(perception) over before as previous_perception
    from answers
    window before as (partition by customer_id, dimension order by answered_at, response_id)
),
fitted as (
    select
        key_drivers(
            expectation - previous_expectation,
            named_struct('gap', previous_perception - previous_expectation)
        ) as model
    from sequences
    where expectation is not null and previous_expectation is not null and previous_perception is not null
)
select
    model['drivers'][1]['coefficient'] as expectation_gain,
    model['drivers'][1]['standard_error'] as expectation_gain_standard_error,
    model['drivers'][1]['lower'] as expectation_gain_lower,
    model['drivers'][1]['upper'] as expectation_gain_upper,
    model['r_squared'] as r_squared,
    model['n'] as n,
    model['flags'] as flags
from fitted
where model['n'] > 0
