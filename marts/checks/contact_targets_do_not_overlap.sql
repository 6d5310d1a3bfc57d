-- Two plans for one time would be added up.
with spans as (
    select
        channel,
        valid_from,
        valid_to,
        lead(valid_from) over (partition by channel order by valid_from) as next_from
    from contact_targets
)
select *
from spans
where valid_to <= valid_from or next_from < valid_to
