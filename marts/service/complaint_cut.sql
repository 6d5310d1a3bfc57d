-- complaint_cut: each complaint once among all, once with its cause and once with its channel.
select
    'all' as cut,
    'all' as cut_value,
    *
from complaint_case
union all
select
    'cause' as cut,
    cause as cut_value,
    *
from complaint_case
union all
select
    'channel' as cut,
    channel as cut_value,
    *
from complaint_case
