-- moment: the days that a period and the one before it are seen from: the last day before either, and the
-- period's own last.
--
-- What a period has changed is the difference of what was true at its two ends, and what has changed since
-- the period before is the difference of two such differences. Stages that are asked for several are computed
-- by the same query for each of these rows, so that nothing but time tells them apart. The last day is the
-- one that holds the last instant before the end, which in an open period is as-of.
select
    'previous_start' as moment,
    cast($previous_start - interval '1 microsecond' as date) as last_day
union all
select
    'start' as moment,
    cast($period_start - interval '1 microsecond' as date) as last_day
union all
select
    'end' as moment,
    cast($period_end - interval '1 microsecond' as date) as last_day
