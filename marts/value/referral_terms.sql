-- referral_terms: the common terms of all referrals before the end of the period. One row.
--
-- How many of the referred would have come anyway is estimated from those for whom it is known. Acquiring
-- a customer through another saves the average cost of others less the cost of the referred, rewards
-- among it, where both are known.
with referred as (
    select
        referred_id,
        would_have_come
    from fact_referral
    where is_counted and referred_at < $period_end
),
answers as (
    select
        count(*) as referrals,
        count(would_have_come) as asked,
        count(*) filter (where would_have_come) as would_have_come
    from referred
),
acquired as (
    select
        customer_id,
        sum(amount) as cost
    from costs
    where kind = 'acquisition' and booked_at < $period_end and customer_id is not null
    group by customer_id
),
acquisition as (
    select
        avg(acquired.cost) filter (where referred.referred_id is null) as cost_of_others,
        avg(acquired.cost) filter (where referred.referred_id is not null) as cost_of_referred
    from acquired
    left join referred on acquired.customer_id = referred.referred_id
)
select
    answers.referrals,
    answers.asked,
    answers.would_have_come,
    cast(answers.would_have_come as double) / nullif(answers.asked, 0) as would_have_come_rate,
    cast(
        case
            when acquisition.cost_of_others < acquisition.cost_of_referred then 0
            else acquisition.cost_of_others - acquisition.cost_of_referred
        end as decimal(18, 2)
    ) as acquisition_cost_saved
from answers
cross join acquisition
