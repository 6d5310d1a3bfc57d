-- The fitted models, one row a parameter.
select
    model,
    parameter,
    estimate,
    standard_error,
    customers,
    converged,
    identified,
    log_likelihood,
    nullif(flags, '') as flags
from fact_model
where period = $period
order by model desc, parameter
