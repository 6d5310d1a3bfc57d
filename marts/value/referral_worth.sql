-- referral_worth: what each referral before the end of the period has brought, and is to bring.
--
-- Who would not have come otherwise (type one; Kumar, Petersen and Leone 2010) brings the whole margin and the
-- acquisition cost that was saved, who would have come anyway (type two) the saved cost alone. Of whom it is
-- unknown, the mean of the two is taken, weighed by those of whom it is known.
with margins as (
    select
        customer_id,
        cast(sum(margin) as double) as margin
    from customer_margin_day
    where purchase_day <= cast($period_end - interval '1 microsecond' as date)
    group by customer_id
),
referred as (
    select
        referral.referral_id,
        referral.referrer_id,
        referral.referred_id,
        referral.referred_at,
        case
            when referral.would_have_come then 1.0
            when not referral.would_have_come then 0.0
            else terms.would_have_come_rate
        end as anyway,
        coalesce(margins.margin, 0.0) as margin,
        -- Those who have not bought yet have an unknown value.
        case
            when margins.customer_id is null then 0.0
            else cast(equity.clv as double)
        end as clv,
        cast(terms.acquisition_cost_saved as double) as saved
    from fact_referral as referral
    cross join referral_terms as terms
    left join margins on referral.referred_id = margins.customer_id
    left join fact_customer_equity as equity on referral.referred_id = equity.customer_id
    where referral.is_counted and referral.referred_at < $period_end
)
select
    referral_id,
    referrer_id,
    referred_id,
    referred_at,
    cast(
        (1.0 - anyway) * referral_value(margin, saved, 0, 0, 0)
        + anyway * referral_value(margin, saved, 1, 0, 0) as decimal(18, 2)
    ) as value_so_far,
    cast(
        (1.0 - anyway) * referral_value(margin + clv, saved, 0, 0, 0)
        + anyway * referral_value(margin + clv, saved, 1, 0, 0) as decimal(18, 2)
    ) as value,
    cast((1.0 - anyway) * clv as decimal(18, 2)) as counted_twice
from referred
