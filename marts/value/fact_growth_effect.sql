-- fact_growth_effect: what buying in another category adds to the spend of a purchase day.
--
-- Those who came to buy in another category within a year are compared with those who bought in both
-- years and added none: how much more did the spend of a purchase day change? By purchase days, since those who buy
-- more often find more categories, which is not an effect of categories. Categories were not assigned at random, so
-- other differences between the two are included.
with effect as (
    select
        difference_in_means(spend_change, has_added) as growth,
        count(*) filter (where has_added) as added,
        count(*) as customers
    from customer_growth
)
select
    customers,
    cast(added as double) / nullif(customers, 0) as adding_rate,
    wilson_lower(added, customers) as adding_rate_lower,
    wilson_upper(added, customers) as adding_rate_upper,
    added as adding_rate_numerator,
    customers as adding_rate_denominator,
    growth['difference'] as spend_growth,
    growth['lower'] as spend_growth_lower,
    growth['upper'] as spend_growth_upper,
    growth['standard_error'] as spend_growth_standard_error,
    growth['p_value'] as spend_growth_p_value
from effect
