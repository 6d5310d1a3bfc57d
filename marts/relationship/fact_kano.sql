-- fact_kano: what each attribute is to most customers, by Kano's pair of questions (Kano et al. 1984): a basic, an expected
-- or an unexpected value, and how much it satisfies if there and dissatisfies if not (Berger et al. 1993).
with judged as (
    select
        attribute,
        kano(functional, dysfunctional, weight) as answer
    from kano_answer
    group by attribute
)
select
    attribute,
    answer['class'] as kano_class,
    case answer['class']
        when 'must_be' then 'basic'
        when 'one_dimensional' then 'expected'
        when 'attractive' then 'unanticipated'
    end as value_level,
    answer['better'] as better,
    answer['better_lower'] as better_lower,
    answer['better_upper'] as better_upper,
    answer['worse'] as worse,
    answer['worse_lower'] as worse_lower,
    answer['worse_upper'] as worse_upper,
    answer['must_be'] as must_be,
    answer['one_dimensional'] as one_dimensional,
    answer['attractive'] as attractive,
    answer['indifferent'] as indifferent,
    answer['reverse'] as reverse,
    answer['questionable'] as questionable,
    answer['n'] as n,
    answer['n_effective'] as n_effective
from judged
