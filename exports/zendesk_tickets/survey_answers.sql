-- survey_answers: the ratings of tickets, dated when the ticket was last changed.
select
    'ticket:' || id as response_id,
    requester_id as customer_id,
    updated_at as answered_at,
    'ticket_rating' as question_id,
    case rating when 'good' then 1.0e0 else 0.0e0 end as score,
    cast(1 as decimal(18, 6)) as weight
from raw_zendesk_tickets
where rating in ('good', 'bad') and updated_at < $as_of
