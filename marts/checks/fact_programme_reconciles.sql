-- Members add up from one end of a period to the other, points and what they are worth to those of
-- all members.
with sums as (
    select
        period,
        programme_id,
        sum(points_issued) as issued,
        sum(points_redeemed) as redeemed,
        sum(points_expired) as expired,
        sum(points_balance) as outstanding,
        sum(benefit_loss) as liability
    from fact_membership
    group by period, programme_id
)
select
    programme.period,
    programme.programme_id,
    programme.members,
    programme.points_outstanding,
    sums.outstanding,
    programme.liability,
    sums.liability as sum_of_members
from fact_programme as programme
full join sums
    on programme.period = sums.period and programme.programme_id = sums.programme_id
where
    (
        programme.members
        is distinct from programme.members_at_start
        + programme.members_joined
        - programme.members_left
    )
    or (sums.issued is distinct from programme.redemption_rate_denominator)
    or (sums.redeemed is distinct from programme.redemption_rate_numerator)
    or (sums.expired is distinct from programme.breakage_rate_numerator)
    or (sums.outstanding is distinct from programme.points_outstanding)
    or (programme.liability is not null and sums.liability <> programme.liability)
