-- fact_customer_value: the kinds of value of each customer (Kumar et al. 2010), at the end of the period.
--
-- Lifetime value is of purchases like those so far, so growth is what other categories add to it: the
-- chance that a customer who buys on comes to buy in another one, by the number bought so far, times
-- what that adds to a purchase day, for a year of expected purchases. The part of the referral value that is
-- the referred customer's own lifetime value counts in that customer's row. A kind for which the shop keeps no
-- records is unknown for all; if it keeps them, customers without a record have none.
with referrals_made as (
    select
        referrer_id,
        count(*) as referrals,
        case when count(value) = count(*) then sum(value) end as referral_value,
        case when count(value) = count(*) then sum(counted_twice) end as counted_twice
    from referral_worth
    group by referrer_id
),
suggested as (
    select
        customer_id,
        count(*) filter (where accepted_at < $period_end) as accepted,
        count(*) filter (where accepted_at < $period_end and value is null) as unvalued,
        coalesce(sum(value) filter (where accepted_at < $period_end), 0) as value
    from suggestions
    where made_at < $period_end
    group by customer_id
),
partners as (
    select
        customer_id,
        sum(amount) as revenue
    from partner_revenues
    where booked_at < $period_end and customer_id is not null
    group by customer_id
),
kept as (
    select
        (select count(*) from referral_worth) > 0 as has_referrals,
        (select count(*) from suggested) > 0 as has_suggestions,
        (select count(*) from partners) > 0 as has_partners
),
adding as (
    select
        least(categories_before, 6) as categories,
        cast(count(*) filter (where has_added) as double) / count(*) as adding_rate
    from customer_growth
    group by least(categories_before, 6)
),
parts as (
    select
        equity.customer_id,
        equity.clv,
        case when kept.has_referrals then coalesce(made.referrals, 0) end as referrals,
        case
            when not kept.has_referrals then null
            when made.referrer_id is null then 0.00
            else made.referral_value
        end as referral_value,
        case when made.referrer_id is null then 0.00 else made.counted_twice end as counted_twice,
        growth_value(
            adding.adding_rate * effect.spend_growth
            * equity.expected_purchases * 365.25 / 7.0 / $forecast_weeks,
            $margin_rate, 1.0, $annual_discount_rate, 1
        ) as growth_value,
        case
            when not kept.has_suggestions then null
            when suggested.customer_id is null then 0.00
            when suggested.unvalued = 0 then suggested.value
        end as knowledge_value,
        case when kept.has_suggestions then coalesce(suggested.accepted, 0) end as accepted_suggestions,
        case when kept.has_partners then coalesce(partners.revenue, 0.00) end as partner_revenue,
        profit.profit
    from fact_customer_equity as equity
    cross join kept
    cross join fact_growth_effect as effect
    inner join fact_customer_loyalty as loyalty on equity.customer_id = loyalty.customer_id
    inner join fact_customer_profit as profit on equity.customer_id = profit.customer_id
    left join adding
        on
            case when loyalty.cross_buy_count < 6 then loyalty.cross_buy_count else 6 end
            = adding.categories
            and loyalty.cross_buy_count is not null
    left join referrals_made as made on equity.customer_id = made.referrer_id
    left join suggested on equity.customer_id = suggested.customer_id
    left join partners on equity.customer_id = partners.customer_id
)
select
    customer_id,
    clv,
    referrals,
    cast(referral_value as decimal(18, 2)) as crv,
    cast(growth_value as decimal(18, 2)) as cgv,
    accepted_suggestions,
    cast(knowledge_value as decimal(18, 2)) as ckv,
    cast(counted_twice as decimal(18, 2)) as counted_twice,
    cast(
        clv + referral_value + cast(growth_value as decimal(18, 2)) + knowledge_value - counted_twice
        as decimal(18, 2)
    ) as cev,
    cast(
        coalesce(clv, 0.00) + coalesce(referral_value, 0.00)
        + coalesce(cast(growth_value as decimal(18, 2)), 0.00) + coalesce(knowledge_value, 0.00)
        - case when referral_value is null then 0.00 else counted_twice end as decimal(18, 2)
    ) as known_value,
    cast(partner_revenue as decimal(18, 2)) as partner_revenue,
    profit
from parts
