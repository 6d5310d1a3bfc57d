-- What is answered or closed before it is made was recorded wrongly, and would count as handled at once.
select *
from complaints
where first_response_at < opened_at or resolved_at < opened_at or resolved_at < first_response_at
