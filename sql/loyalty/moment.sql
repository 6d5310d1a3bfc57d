-- moment: the two days that a period is seen from, the last before it and its own last.
--
-- What a period has changed is the difference of what was true at its two ends. Stages that are asked for
-- both are computed by the same query for each of these rows, so that nothing but time tells them apart.
-- The last day is the one that holds the last instant before the end, which in an open period is as-of.
select
    'start' as moment,
    cast($period_start - interval '1 microsecond' as date) as last_day
union all
select
    'end' as moment,
    cast($period_end - interval '1 microsecond' as date) as last_day
