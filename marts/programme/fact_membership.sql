-- fact_membership: who is enrolled in which programme and what they would lose by leaving, per period.
--
-- The benefit loss of switching (Burnham, Frels and Mahajan 2003) is taken to be the value of
-- the points not yet redeemed. A control has no account. A member without an entry has no
-- points if the programme books points; if it does not, points are unknown.
with booking_programmes as (
    select distinct programme_id
    from programme_account
),
accounts as (
    select
        enrolment.programme_id,
        enrolment.customer_id,
        coalesce(account.issued, 0) as points_issued,
        coalesce(account.redeemed, 0) as points_redeemed,
        coalesce(account.expired, 0) as points_expired,
        case
            when account.customer_id is null then 0.00
            else account.balance_value
        end as balance_value
    from programme_enrolment as enrolment
    inner join booking_programmes as booking on enrolment.programme_id = booking.programme_id
    left join programme_account as account
        on
            enrolment.programme_id = account.programme_id
            and enrolment.customer_id = account.customer_id
    where not enrolment.is_control or enrolment.is_in_both
)
select
    enrolment.programme_id,
    enrolment.customer_id,
    enrolment.is_control,
    enrolment.is_control and enrolment.is_in_both as is_crossed_over,
    enrolment.joined_at,
    case when enrolment.ends_at < $period_end then enrolment.ends_at end as left_at,
    enrolment.was_member as is_member_at_start,
    enrolment.is_member,
    enrolment.level,
    account.points_issued,
    account.points_redeemed,
    account.points_expired,
    account.points_issued - account.points_redeemed - account.points_expired as points_balance,
    cast(account.balance_value as decimal(18, 2)) as benefit_loss,
    outcome.spend_before,
    outcome.spend_after,
    outcome.purchase_days_after
from programme_enrolment as enrolment
inner join programme_outcome as outcome
    on
        enrolment.programme_id = outcome.programme_id
        and enrolment.customer_id = outcome.customer_id
left join accounts as account
    on
        enrolment.programme_id = account.programme_id
        and enrolment.customer_id = account.customer_id
