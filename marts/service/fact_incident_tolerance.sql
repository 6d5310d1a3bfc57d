-- fact_incident_tolerance: the effect of a quality incident on the probability that a customer buys again in time.
--
-- Purchases with a customer's first quality incident are compared with purchases of customers who have had none so far
-- (Smith and Bolton 1998). Both sides have the same cells of frequency and mean gap, by weighting the others; an
-- incident without another purchase in its cell has no match and is left out. Those who have not been observed for
-- all days are censored (Kaplan and Meier 1958). The limits of the difference are derived from those of both sides,
-- which are assumed to be independent (Zou and Donner 2008).
with at_risk as (
    select
        return_days,
        is_returned,
        frequency_class,
        gap_class,
        coalesce(purchase_day = incident_day, false) as is_incident
    from purchase_case
    where purchase_day <= incident_day or incident_day is null
),
matched as (
    select
        return_days,
        is_returned,
        is_incident,
        sum(cast(is_incident as bigint)) over (partition by frequency_class, gap_class)
            as incidents,
        sum(cast(not is_incident as bigint)) over (partition by frequency_class, gap_class)
            as others
    from at_risk
),
curves as (
    select
        count(*) filter (where is_incident) as incidents,
        count(*) filter (where is_incident and others > 0) as matched_incidents,
        count(*) filter (where is_incident and others > 0 and is_returned) as returned_incidents,
        count(*) filter (
            where is_incident and others > 0 and not is_returned and return_days < $return_days
        ) as censored_incidents,
        count(*) filter (where not is_incident and incidents > 0) as other_purchases,
        max(return_days) filter (where is_incident and others > 0) as incident_days,
        max(return_days) filter (where not is_incident and incidents > 0) as other_days,
        kaplan_meier(case when is_incident and others > 0 then return_days end, is_returned)
            as incident,
        kaplan_meier(
            case when not is_incident then return_days end,
            is_returned,
            cast(incidents as double) / nullif(others, 0),
            weights => 'design'
        ) as other
    from matched
),
ends as (
    select
        *,
        case when incident_days = $return_days then incident[-1]['survival'] end as incident_away,
        case when incident_days = $return_days then incident[-1]['lower'] end
            as incident_away_lower,
        case when incident_days = $return_days then incident[-1]['upper'] end
            as incident_away_upper,
        case when other_days = $return_days then other[-1]['survival'] end as other_away,
        case when other_days = $return_days then other[-1]['lower'] end as other_away_lower,
        case when other_days = $return_days then other[-1]['upper'] end as other_away_upper
    from curves
    where incidents > 0
)
select
    $return_days as return_days,
    incidents,
    matched_incidents,
    returned_incidents,
    censored_incidents,
    other_purchases,
    1.0 - incident_away as incident_return_rate,
    1.0 - incident_away_upper as incident_return_rate_lower,
    1.0 - incident_away_lower as incident_return_rate_upper,
    1.0 - other_away as other_return_rate,
    1.0 - other_away_upper as other_return_rate_lower,
    1.0 - other_away_lower as other_return_rate_upper,
    other_away - incident_away as incident_tolerance,
    difference_lower(
        other_away,
        other_away_lower,
        other_away_upper,
        incident_away,
        incident_away_lower,
        incident_away_upper
    ) as incident_tolerance_lower,
    difference_upper(
        other_away,
        other_away_lower,
        other_away_upper,
        incident_away,
        incident_away_lower,
        incident_away_upper
    ) as incident_tolerance_upper
from ends
