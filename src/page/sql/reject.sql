-- The rejected rows that are kept, by source, reason and column.
select
    source,
    reason,
    "column",
    count(*) as rejected_rows,
    count(distinct file) as files
from quarantine
group by source, reason, "column"
order by source, rejected_rows desc, reason, "column"
