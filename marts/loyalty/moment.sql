-- moment: the days as of which a period and the one before it are evaluated: the last day before either, and the
-- period's own last.
--
-- The change in a period is the difference of the values at its two ends, and the change since the
-- period before is the difference of two such differences. Stages with several moments are computed by the same query
-- for each of these rows, so that they differ only in time. The last day is the one that contains the last instant
-- before the end, which in an open period is as-of.
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
