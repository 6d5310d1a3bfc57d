-- promotions: the campaigns that have begun.
select
    campaign_id as promotion_id,
    campaign_type as promotion_type,
    cast(start_date as date) as starts_on,
    cast(end_date as date) as ends_on
from raw_campaign_descriptions
