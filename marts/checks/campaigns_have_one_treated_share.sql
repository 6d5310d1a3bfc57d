-- Chance deals a campaign in one proportion; in two, treated and controls cannot be compared.
select
    campaign_id,
    min(treated_share) as lowest_share,
    max(treated_share) as highest_share
from win_back_contacts
group by campaign_id
having min(treated_share) < max(treated_share)
