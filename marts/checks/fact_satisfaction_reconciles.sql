-- Every answer counts in exactly one segment and in `all`: the numbers of answers must agree.
with totals as (
    select period, csat_n, nps_n, ces_n
    from fact_satisfaction
    where segment = 'all'
),
segment_sums as (
    select
        period,
        sum(csat_n) as csat_n,
        sum(nps_n) as nps_n,
        sum(ces_n) as ces_n
    from fact_satisfaction
    where segment <> 'all'
    group by period
)
select
    coalesce(totals.period, segment_sums.period) as period,
    totals.csat_n as all_csat_n,
    segment_sums.csat_n as segments_csat_n
from totals
full join segment_sums on totals.period = segment_sums.period
where
    (totals.csat_n is distinct from segment_sums.csat_n)
    or (totals.nps_n is distinct from segment_sums.nps_n)
    or (totals.ces_n is distinct from segment_sums.ces_n)
