-- A customer is brought once, and every referral that counts is at the end of a chain.
select
    referred_id,
    count(*) as referrals,
    count(depth) as chains
from fact_referral
where is_counted
group by referred_id
having count(*) > 1 or count(depth) < count(*)
