-- birthdays: the date of birth of each known customer, if known.
select
    raw_birthdays.customer_id,
    raw_birthdays.birth_date
from customers
inner join raw_birthdays on customers.customer_id = raw_birthdays.customer_id
