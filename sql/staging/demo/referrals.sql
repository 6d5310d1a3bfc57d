-- referrals: every referral of which both sides are in the register. Nobody could be credited with others.
select
    raw_referrals.referral_id,
    raw_referrals.referrer_id,
    raw_referrals.referred_id,
    raw_referrals.referred_at,
    raw_referrals.would_have_come
from raw_referrals
inner join customers as referrer on raw_referrals.referrer_id = referrer.customer_id
inner join customers as referred on raw_referrals.referred_id = referred.customer_id
