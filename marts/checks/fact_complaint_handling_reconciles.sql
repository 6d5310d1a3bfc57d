-- Causes and channels each add up to all complaints: every complaint has one of both.
with sums as (
    select
        period,
        cut,
        sum(complaints) as complaints,
        sum(open_complaints) as open_complaints,
        sum(put_right_rate_denominator) as judged_complaints
    from fact_complaint_handling
    group by period, cut
)
select
    whole.period,
    part.cut,
    whole.complaints as all_complaints,
    part.complaints
from sums as whole
inner join sums as part on whole.period = part.period
where
    whole.cut = 'all'
    and (
        whole.complaints <> part.complaints
        or whole.open_complaints <> part.open_complaints
        or whole.judged_complaints <> part.judged_complaints
    )
