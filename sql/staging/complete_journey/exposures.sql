-- exposures: which campaign was mailed to which household. The files do not say when, so a household
-- is taken to know of a campaign when it begins, and to be known itself from its first purchase on.
-- Nobody was held back on purpose; households that were never mailed are simply not here.
select
    campaign.campaign_id as promotion_id,
    campaign.household_id as customer_id,
    description.start_date as exposed_at,
    false as is_control,
    cast(null as double) as treated_share
from raw_campaign_descriptions as description
inner join raw_campaigns as campaign on description.campaign_id = campaign.campaign_id
inner join customers on campaign.household_id = customers.customer_id
