-- What ends before it begins was recorded wrongly, and would count as a member who never was.
select *
from memberships
where left_at < joined_at
