-- fact_model: the parameters behind the estimates, one row for each, so that a new model adds rows
-- and not columns. A model with nobody to fit has no rows.
with bgnbd_parameters as (
    select 'r' as parameter, model['r'] as estimate, model['r_se'] as standard_error, model
    from bgnbd_model
    union all
    select 'alpha' as parameter, model['alpha'] as estimate, model['alpha_se'] as standard_error, model
    from bgnbd_model
    union all
    select 'a' as parameter, model['a'] as estimate, model['a_se'] as standard_error, model
    from bgnbd_model
    union all
    select 'b' as parameter, model['b'] as estimate, model['b_se'] as standard_error, model
    from bgnbd_model
),
gamma_gamma_parameters as (
    select 'p' as parameter, model['p'] as estimate, model['p_se'] as standard_error, model
    from gamma_gamma_model
    union all
    select 'q' as parameter, model['q'] as estimate, model['q_se'] as standard_error, model
    from gamma_gamma_model
    union all
    select 'v' as parameter, model['v'] as estimate, model['v_se'] as standard_error, model
    from gamma_gamma_model
)
select
    'bgnbd' as model,
    parameter,
    estimate,
    standard_error,
    model['log_likelihood'] as log_likelihood,
    model['customers'] as customers,
    model['iterations'] as iterations,
    model['converged'] as converged,
    model['flags'] as flags
from bgnbd_parameters
where model['customers'] > 0
union all
select
    'gamma_gamma' as model,
    parameter,
    estimate,
    standard_error,
    model['log_likelihood'] as log_likelihood,
    model['customers'] as customers,
    model['iterations'] as iterations,
    model['converged'] as converged,
    model['flags'] as flags
from gamma_gamma_parameters
where model['customers'] > 0
