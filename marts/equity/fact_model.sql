-- fact_model: the parameters behind the estimates, one row for each, so that a new model adds rows
-- and not columns. A model without customers has no rows.
with purchase_parameters as (
    select
        unnest(['r', 'alpha', 'a', 'b', 's', 'beta']) as parameter,
        unnest(
            [model['r'], model['alpha'], model['a'], model['b'], model['s'], model['beta']]
        ) as estimate,
        unnest(
            [
                model['r_se'],
                model['alpha_se'],
                model['a_se'],
                model['b_se'],
                model['s_se'],
                model['beta_se']
            ]
        ) as standard_error,
        model
    from purchase_model
    where moment = 'end'
),
spend_parameters as (
    select
        unnest(['p', 'q', 'v']) as parameter,
        unnest([model['p'], model['q'], model['v']]) as estimate,
        unnest([model['p_se'], model['q_se'], model['v_se']]) as standard_error,
        model
    from gamma_gamma_model
    where moment = 'end'
)
select
    model['model'] as model,
    parameter,
    estimate,
    standard_error,
    model['log_likelihood'] as log_likelihood,
    model['customers'] as customers,
    model['iterations'] as iterations,
    model['converged'] as converged,
    model['identified'] as identified,
    model['flags'] as flags
from purchase_parameters
where model['customers'] > 0 and estimate is not null
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
    model['identified'] as identified,
    model['flags'] as flags
from spend_parameters
where model['customers'] > 0
