-- cohort_spend: what the customers won in a month by a channel spent in each month of their age.
--
-- The squares are what the month adds to the sum of the squares of what each has spent so far; added up
-- over the months they give the variance between customers.
select
    cast(date_trunc('month', days.first_purchase_day) as date) as cohort,
    coalesce(customer.acquisition_channel, 'unknown') as acquisition_channel,
    cast(
        floor((days.purchase_day - days.first_purchase_day) * 12.0 / 365.25) as bigint
    ) + 1 as age_months,
    cast(sum(days.spend) as decimal(18, 2)) as spend,
    cast(
        coalesce(sum(days.spend) filter (where customer.acquisition_cost is not null), 0)
        as decimal(18, 2)
    ) as spend_of_costed,
    cast(
        sum(cast(days.spend * (2 * days.spend_so_far - days.spend) as decimal(38, 4)))
        as decimal(38, 4)
    ) as squares
from customer_running_spend as days
left join dim_customer as customer on days.customer_id = customer.customer_id
where days.purchase_day <= cast($period_end - interval '1 microsecond' as date)
group by
    cast(date_trunc('month', days.first_purchase_day) as date),
    coalesce(customer.acquisition_channel, 'unknown'),
    cast(floor((days.purchase_day - days.first_purchase_day) * 12.0 / 365.25) as bigint) + 1
