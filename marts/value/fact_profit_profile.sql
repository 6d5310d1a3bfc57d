-- fact_profit_profile: why customers bring more the longer they stay (Reichheld and Sasser 1990).
--
-- The profit of the customers who bought in a year of their tenure is set against what the same
-- customers brought in their first year. With volume L at list prices, paid share q of it, cost of
-- goods share k and cost to serve share s, and 0 for the first year:
--   base L0 (q0 − k0 − s0), price premium L (q − q0), savings L (k0 − k + s0 − s),
--   growth of revenue (L − L0)(q0 − k0 − s0).
-- Growth is what the others leave, so that the parts add up to the cent. Where a list price is unknown
-- volume is what was paid, and the premium is unknown.
with observed as (
    select
        year.tenure_year,
        count(*) as customers_observed
    from customer_history as history
    cross join (select distinct tenure_year from customer_tenure_year) as year
    where history.tenure_days + 1 >= 365 * (year.tenure_year + 1)
    group by year.tenure_year
),
kinds as (
    select
        coalesce(bool_or(kind = 'service'), false) as has_service,
        coalesce(bool_or(kind = 'acquisition'), false) as has_acquisition
    from costs
    where booked_at < $period_end and customer_id is not null
),
terms as (
    select referrals > 0 as has_referrals
    from referral_terms
),
sums as (
    select
        this.tenure_year,
        count(*) as customers,
        bool_and(this.has_list_prices and first.has_list_prices) as has_list_prices,
        cast(sum(this.spend) as double) as spend,
        cast(sum(first.spend) as double) as first_spend,
        cast(sum(this.list_spend) as double) as list_spend,
        cast(sum(first.list_spend) as double) as first_list_spend,
        cast(sum(this.spend - this.margin) as double) as goods,
        cast(sum(first.spend - first.margin) as double) as first_goods,
        cast(sum(this.cost_to_serve) as double) as service,
        cast(sum(first.cost_to_serve) as double) as first_service,
        sum(this.margin - this.cost_to_serve) as net_margin,
        sum(first.margin - first.cost_to_serve) as first_net_margin,
        case
            when count(this.referral_value) = count(*) then sum(this.referral_value)
        end as referral_value,
        sum(coalesce(cost.acquisition_cost, 0.00)) filter (where this.tenure_year = 0)
            as acquisition_cost
    from customer_tenure_year as this
    inner join customer_tenure_year as first
        on this.customer_id = first.customer_id and first.tenure_year = 0
    left join customer_cost as cost on this.customer_id = cost.customer_id
    group by this.tenure_year
),
volumes as (
    select
        *,
        case when has_list_prices then list_spend else spend end as volume,
        nullif(case when has_list_prices then first_list_spend else first_spend end, 0.0)
            as first_volume
    from sums
),
parts as (
    select
        volumes.*,
        kinds.has_service,
        case
            when kinds.has_acquisition
                then cast(-coalesce(acquisition_cost, 0.00) as decimal(18, 2))
        end as acquisition_cost_part,
        case when kinds.has_service then cast(first_net_margin as decimal(18, 2)) end as base_profit,
        case
            when kinds.has_service
                then cast(
                    volume * (first_goods + first_service) / first_volume - goods - service
                    as decimal(18, 2)
                )
        end as cost_savings,
        case
            when has_list_prices
                then cast(spend - volume * first_spend / first_volume as decimal(18, 2))
        end as price_premium,
        case when terms.has_referrals then cast(referral_value as decimal(18, 2)) end
            as referral_profit
    from volumes
    cross join kinds
    cross join terms
)
select
    parts.tenure_year,
    observed.customers_observed,
    parts.customers,
    cast(parts.customers as double) / observed.customers_observed as buying_rate,
    wilson_lower(parts.customers, observed.customers_observed) as buying_rate_lower,
    wilson_upper(parts.customers, observed.customers_observed) as buying_rate_upper,
    parts.acquisition_cost_part as acquisition_cost,
    parts.base_profit,
    cast(
        parts.net_margin - parts.base_profit - parts.cost_savings - coalesce(parts.price_premium, 0.00)
        as decimal(18, 2)
    ) as revenue_growth,
    parts.cost_savings,
    parts.referral_profit,
    parts.price_premium,
    case
        when parts.has_service then cast(parts.net_margin as decimal(18, 2))
    end as profit,
    cast(
        parts.net_margin + parts.referral_profit + parts.acquisition_cost_part as decimal(18, 2)
    ) as total_profit,
    case
        when parts.has_service then cast(parts.net_margin as double) / parts.customers
    end as profit_per_customer
from parts
inner join observed on parts.tenure_year = observed.tenure_year
