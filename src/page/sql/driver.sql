-- What explains satisfaction, the most important first.
select
    driver,
    lmg,
    lmg_lower,
    lmg_upper,
    lmg_share,
    coefficient,
    coefficient_lower,
    coefficient_upper,
    r_squared,
    n,
    incomplete,
    nullif(flags, '') as flags
from fact_satisfaction_driver
where period = $period
order by lmg desc nulls last, driver
