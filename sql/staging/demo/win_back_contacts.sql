-- win_back_contacts: whom each campaign has contacted or left alone. Who was asked and gave no reason has an unknown one.
select
    raw_win_back_contacts.campaign_id,
    raw_win_back_contacts.customer_id,
    raw_win_back_contacts.contacted_at,
    raw_win_back_contacts.is_control,
    raw_win_back_contacts.treated_share,
    case
        when not raw_win_back_contacts.is_control
            then coalesce(raw_win_back_contacts.reason, 'unknown')
    end as reason,
    raw_win_back_contacts.is_reason_resolved
from customers
inner join raw_win_back_contacts on customers.customer_id = raw_win_back_contacts.customer_id
