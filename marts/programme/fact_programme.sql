-- fact_programme: members, points and return of each programme, per period.
--
-- Points issued end redeemed or expired; the rest is owed. Of those that have ended, breakage is
-- the share that expired; it is low while a programme is younger than the lifetime of its
-- points, and finally lies between expired / issued and 1 - redemption_rate. The points of a member are not
-- independent, so both rates count as many answers as members of equal size would give: (Σw)² / Σw².
with members as (
    select
        programme_id,
        count(*) filter (where is_member_at_start) as members_at_start,
        count(*) filter (where is_member and not is_member_at_start) as members_joined,
        count(*) filter (where is_member_at_start and not is_member) as members_left,
        count(*) filter (where is_member) as members
    from fact_membership
    group by programme_id
),
points as (
    select
        programme_id,
        sum(issued_in_period) as points_issued,
        sum(redeemed_in_period) as points_redeemed,
        sum(expired_in_period) as points_expired,
        sum(issued) as issued,
        sum(redeemed) as redeemed,
        sum(redeemed + expired) as ended,
        cast(sum(cast(issued as decimal(38, 0)) * issued) as double) as issued_squares,
        cast(
            sum(cast(redeemed + expired as decimal(38, 0)) * (redeemed + expired)) as double
        ) as ended_squares,
        case when count(balance_value) = count(*) then sum(balance_value) end as liability,
        case when count(redeemed_value) = count(*) then sum(redeemed_value) end as redemption_cost
    from programme_account
    group by programme_id
),
rates as (
    select
        *,
        cast(redeemed as double) / nullif(issued, 0) as redemption_rate,
        cast(issued as double) * issued / nullif(issued_squares, 0) as redemption_n,
        cast(ended - redeemed as double) / nullif(ended, 0) as breakage_rate,
        cast(ended as double) * ended / nullif(ended_squares, 0) as breakage_n,
        cast(
            liability * (1 - cast(ended - redeemed as double) / nullif(ended, 0)) as decimal(18, 2)
        ) as expected_liability
    from points
)
select
    members.programme_id,
    members.members_at_start,
    members.members_joined,
    members.members_left,
    members.members,
    cast(members.members as double) / nullif(members.members_at_start, 0) - 1 as member_growth,
    rates.points_issued,
    rates.points_redeemed,
    rates.points_expired,
    rates.issued - rates.ended as points_outstanding,
    rates.redemption_rate,
    wilson_lower(rates.redemption_rate * rates.redemption_n, rates.redemption_n)
        as redemption_rate_lower,
    wilson_upper(rates.redemption_rate * rates.redemption_n, rates.redemption_n)
        as redemption_rate_upper,
    rates.redeemed as redemption_rate_numerator,
    rates.issued as redemption_rate_denominator,
    rates.breakage_rate,
    wilson_lower(rates.breakage_rate * rates.breakage_n, rates.breakage_n) as breakage_rate_lower,
    wilson_upper(rates.breakage_rate * rates.breakage_n, rates.breakage_n) as breakage_rate_upper,
    rates.ended - rates.redeemed as breakage_rate_numerator,
    rates.ended as breakage_rate_denominator,
    cast(rates.liability as decimal(18, 2)) as liability,
    rates.expected_liability,
    cast(rates.redemption_cost as decimal(18, 2)) as redemption_cost,
    cast(rates.redemption_cost + rates.expected_liability as decimal(18, 2)) as points_cost,
    effect.incremental_margin,
    cast(effect.incremental_margin as double)
    / nullif(cast(rates.redemption_cost + rates.expected_liability as double), 0)
    - 1 as return_on_points_cost
from members
inner join fact_programme_effect as effect on members.programme_id = effect.programme_id
left join rates on members.programme_id = rates.programme_id
