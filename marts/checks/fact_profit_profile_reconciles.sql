-- The parts add up to the profit, and in the first year nothing has changed yet.
select *
from fact_profit_profile
where
    (base_profit + revenue_growth + cost_savings + coalesce(price_premium, 0.00)) <> profit
    or (tenure_year = 0 and (revenue_growth <> 0 or cost_savings <> 0 or price_premium <> 0))
    or (tenure_year > 0 and acquisition_cost <> 0)
    or (profit + referral_profit + acquisition_cost) <> total_profit
