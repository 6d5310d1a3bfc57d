-- fact_satisfaction_index: the index of satisfaction and of related constructs, by the index model of the
-- period (Fornell et al. 1996), with the quality of each construct as a measure. A period in which nothing
-- could be fitted has no rows.
with constructs as (
    select
        unnest(model['constructs']) as construct,
        model['gof'] as goodness_of_fit,
        model['converged'] as converged,
        model['n'] as n,
        model['n_effective'] as n_effective,
        model['incomplete'] as incomplete,
        model['flags'] as flags
    from satisfaction_model
)
select
    construct['construct'] as construct,
    construct['index'] as index_value,
    construct['lower'] as index_lower,
    construct['upper'] as index_upper,
    construct['standard_error'] as standard_error,
    construct['standard_deviation'] as standard_deviation,
    construct['r_squared'] as r_squared,
    construct['r_squared_lower'] as r_squared_lower,
    construct['r_squared_upper'] as r_squared_upper,
    construct['alpha'] as alpha,
    construct['rho_a'] as rho_a,
    construct['rho_c'] as rho_c,
    construct['ave'] as average_variance_extracted,
    goodness_of_fit,
    converged,
    n,
    n_effective,
    incomplete,
    flags
from constructs
