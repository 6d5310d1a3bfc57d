-- The Lorenz curves of spend and lifetime value: which share of the total the poorest 5 %, 10 % and so on hold. What is
-- below zero counts as nothing and what is unknown not at all, as in fact_concentration.
with amounts as (
    select 'total_spend' as measure, greatest(total_spend, 0.00) as amount
    from fact_customer_loyalty
    where period = $period
    union all
    select 'clv', greatest(clv, 0.00)
    from fact_customer_equity
    where period = $period and clv is not null
),
ranked as (
    select
        measure,
        row_number() over (partition by measure order by amount) as place,
        count(*) over (partition by measure) as customers,
        sum(amount) over (
            partition by measure order by amount rows between unbounded preceding and current row
        ) as amount_so_far,
        sum(amount) over (partition by measure) as total_amount
    from amounts
),
-- The last customer of each twentieth.
steps as (
    select
        measure,
        place,
        customers,
        amount_so_far,
        total_amount,
        (place * 20 + customers - 1) / customers as step,
        ((place + 1) * 20 + customers - 1) / customers as next_step
    from ranked
)
select
    measure,
    step,
    place,
    customers,
    cast(place as double) / cast(customers as double) as customers_share,
    amount_so_far,
    total_amount,
    case
        when total_amount > 0.00
            then cast(amount_so_far as double) / cast(total_amount as double)
    end as amount_share
from steps
where next_step > step
order by measure desc, step
