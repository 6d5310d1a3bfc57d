-- fact_model_frequency: how many customers have bought again so many times, and how many the model of the
-- period's end expects (Fader, Hardie and Lee 2005).
--
-- The model gives the probability of each number from how long a customer has been one; the last row takes
-- all who are left.
with fitted as (
    select model
    from purchase_model
    where moment = 'end' and model['customers'] > 0
),
histories as (
    select
        tenure_days,
        least(frequency, $most_frequent) as frequency
    from customer_history_by_moment
    where moment = 'end'
),
tenures as (
    select
        tenure_days,
        count(*) as customers
    from histories
    group by tenure_days
),
frequencies as (
    select unnest(range(0, $most_frequent)) as frequency
),
expected_below as (
    select
        frequencies.frequency,
        sum(
            tenures.customers
            * purchase_model_purchases_probability_new(
                fitted.model, tenures.tenure_days / 7.0, frequencies.frequency
            )
        ) as customers
    from frequencies
    cross join tenures
    cross join fitted
    group by frequencies.frequency
),
expected as (
    select
        frequency,
        customers
    from expected_below
    union all
    select
        $most_frequent as frequency,
        (select sum(customers) from tenures) - coalesce(sum(customers), 0.0) as customers
    from expected_below
),
actual as (
    select
        frequency,
        count(*) as customers
    from histories
    group by frequency
)
select
    fitted.model['model'] as model,
    expected.frequency,
    coalesce(actual.customers, 0) as actual_customers,
    expected.customers as expected_customers
from expected
cross join fitted
left join actual on expected.frequency = actual.frequency
