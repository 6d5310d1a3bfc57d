-- fact_concentration: how unevenly spend and lifetime value are spread over customers, per period.
--
-- A share of the best customers takes ⌈share × n⌉ of them (Schmittlein, Cooper and Morrison 1993). Spend
-- below zero, as coupons may leave it, counts as zero, and customers whose value is unknown are left out.
with amounts as (
    select
        'total_spend' as measure,
        cast(greatest(total_spend, 0.00) as double) as amount
    from fact_customer_loyalty
    union all
    select
        'clv' as measure,
        cast(greatest(clv, 0.00) as double) as amount
    from fact_customer_equity
    where clv is not null
),
spreads as (
    select
        measure,
        count(*) as customers,
        gini(amount) as gini,
        top_share(amount, 0.01) as top_1,
        top_share(amount, 0.025) as top_2_5,
        top_share(amount, 0.05) as top_5,
        top_share(amount, 0.2) as top_20,
        customers_for_share(amount, 0.8) as for_80
    from amounts
    group by measure
)
select
    measure,
    customers,
    gini['value'] as gini,
    gini['unbiased'] as gini_unbiased,
    top_1['share'] as top_1_share,
    top_2_5['share'] as top_2_5_share,
    top_5['share'] as top_5_share,
    top_20['share'] as top_20_share,
    top_20['numerator'] as top_20_amount,
    top_20['denominator'] as total_amount,
    for_80['customers'] as customers_for_80,
    for_80['share'] as customers_for_80_share
from spreads
