-- How unevenly spend and lifetime value are spread.
select
    measure,
    customers,
    gini,
    top_1_share,
    top_5_share,
    top_20_share,
    top_20_amount,
    total_amount,
    customers_for_80,
    customers_for_80_share
from fact_concentration
where period = $period
order by measure desc
