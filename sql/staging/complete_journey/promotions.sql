-- promotions: the campaigns that have begun. The files have days as midnights in UTC, which are on the
-- day before in the stores' zone.
with campaigns as (
    select
        campaign_id as promotion_id,
        campaign_type as promotion_type,
        cast(start_date at time zone 'UTC' as date) as starts_on,
        cast(end_date at time zone 'UTC' as date) as ends_on
    from raw_campaign_descriptions
)
select *
from campaigns
where cast(starts_on as timestamp) < $as_of
