-- customer_service_gap: what each customer expects of each dimension of the service and what is perceived, by the newest
-- answers (Parasuraman, Zeithaml and Berry 1988).
select
    customer_id,
    facet as dimension,
    avg(score) filter (where construct = 'service_expectation') as expectation,
    avg(score) filter (where construct = 'service_perception') as perception,
    avg(score) filter (where construct = 'service_perception')
    - avg(score) filter (where construct = 'service_expectation') as gap
from customer_answer
where construct in ('service_expectation', 'service_perception')
group by customer_id, facet
