-- Chance deals a programme in one proportion; in two, members and controls cannot be compared.
select
    programme_id,
    min(treated_share) as lowest_share,
    max(treated_share) as highest_share
from memberships
group by programme_id
having min(treated_share) < max(treated_share)
