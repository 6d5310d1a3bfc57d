-- customer_equity_movement: what has changed the value of each customer within the period.
--
-- The steps lead from the value at the start to that at the end: a new model, the passing of time as it was
-- expected, and what the customer did instead. All are differences of amounts in cents, so they close. A
-- customer who cannot be valued adds nothing to customer equity, and is taken for nothing here as well.
with valuations as (
    select
        customer_id,
        max(clv) filter (where moment = 'start' and model_moment = 'start') as clv_at_start,
        max(clv) filter (where moment = 'start' and model_moment = 'end') as revalued_clv,
        max(carried_clv) as carried_clv,
        max(clv) filter (where moment = 'end') as clv_at_end
    from customer_valuation
    group by customer_id
),
steps as (
    select
        customer.segment,
        customer.was_customer,
        coalesce(customer.was_active and not customer.is_active, false) as is_lost,
        valuation.clv_at_start,
        valuation.clv_at_end,
        coalesce(valuation.revalued_clv, 0.00) - coalesce(valuation.clv_at_start, 0.00)
            as model_change,
        coalesce(valuation.carried_clv, 0.00) - coalesce(valuation.revalued_clv, 0.00)
            as time_change,
        coalesce(valuation.clv_at_end, 0.00) - coalesce(valuation.carried_clv, 0.00)
            as unexpected_change
    from customer_transition as customer
    inner join valuations as valuation on customer.customer_id = valuation.customer_id
)
select
    segment,
    case
        when not was_customer then 'acquired'
        when is_lost then 'lost'
        when unexpected_change > 0 then 'grown'
        else 'shrunk'
    end as movement,
    clv_at_start,
    model_change,
    time_change,
    unexpected_change,
    clv_at_end
from steps
