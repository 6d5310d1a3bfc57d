-- wallet_answers: what known customers say about where they buy.
select
    raw_wallet_answers.customer_id,
    raw_wallet_answers.asked_at,
    raw_wallet_answers.category,
    raw_wallet_answers.brand,
    raw_wallet_answers.is_own,
    raw_wallet_answers.rank,
    raw_wallet_answers.spend_share
from customers
inner join raw_wallet_answers on customers.customer_id = raw_wallet_answers.customer_id
