-- fact_referral: every referral, with whether it counts and the length of the chain that it ends.
--
-- A referrer must have been a customer before. So there are no loops: each would have to go back
-- in time somewhere. A customer is referred once, by the first recorded referrer, and before the first purchase.
-- These rules use nothing later than the referral, so that the status of a referral never changes.
with recursive arrivals as (
    select
        customer_id,
        first_order_at,
        case
            when first_seen_at <= first_order_at or first_order_at is null then first_seen_at
            else first_order_at
        end as arrived_at
    from dim_customer
),
judged as (
    select
        referral.referral_id,
        referral.referrer_id,
        referral.referred_id,
        referral.referred_at,
        referral.would_have_come,
        case
            when referral.referrer_id = referral.referred_id then 'self_referral'
            when referrer.arrived_at is null or referred.arrived_at is null then 'arrival_unknown'
            when referrer.arrived_at >= referred.arrived_at then 'referred_came_first'
            when referred.first_order_at < referral.referred_at then 'bought_before'
        end as fault
    from referrals as referral
    left join arrivals as referrer on referral.referrer_id = referrer.customer_id
    left join arrivals as referred on referral.referred_id = referred.customer_id
),
claims as (
    select
        *,
        row_number() over (
            partition by referred_id, fault is null order by referred_at, referral_id
        ) as claim
    from judged
),
counted as (
    select
        referral_id,
        referrer_id,
        referred_id
    from claims
    where fault is null and claim = 1
),
chains as (
    select
        first_link.referral_id,
        first_link.referred_id,
        1 as depth
    from counted as first_link
    left anti join counted as before on first_link.referrer_id = before.referred_id
    union all
    select
        next_link.referral_id,
        next_link.referred_id,
        chains.depth + 1 as depth
    from chains
    inner join counted as next_link on chains.referred_id = next_link.referrer_id
)
select
    claims.referral_id,
    claims.referrer_id,
    claims.referred_id,
    claims.referred_at,
    claims.would_have_come,
    claims.fault is null and claims.claim = 1 as is_counted,
    coalesce(claims.fault, case when claims.claim > 1 then 'second_claim' end) as reason,
    chains.depth
from claims
left join chains on claims.referral_id = chains.referral_id
