-- fact_equity_bridge: what has led customer equity from the start of the period to its end.
--
-- A customer equity statement after Wiesel, Skiera and Villanueva (2008). Model change is what the same
-- customers are worth more under the models of the end than under those of the start. Time is what was
-- bound to happen: discount earned, the margin that was expected of the period given off, the horizon moved
-- on. What customers did instead is of those lost, grown and shrunk, and what came in is of those acquired.
with movements as (
    select
        unnest(['all', segment]) as segment,
        movement,
        clv_at_start,
        model_change,
        time_change,
        unexpected_change,
        clv_at_end
    from customer_equity_movement
),
sums as (
    select
        segment,
        count(*) filter (where movement <> 'acquired') as customers_at_start,
        count(*) filter (where movement = 'acquired') as acquired_customers,
        count(*) filter (where movement = 'lost') as lost_customers,
        count(*) filter (where movement = 'grown') as grown_customers,
        count(*) filter (where movement = 'shrunk') as shrunk_customers,
        count(clv_at_start) as customers_valued_at_start,
        count(clv_at_end) as customers_valued_at_end,
        sum(coalesce(clv_at_start, 0.00)) as at_start,
        sum(model_change) as model_change,
        sum(time_change) as time_change,
        coalesce(sum(unexpected_change) filter (where movement = 'lost'), 0.00) as lost,
        coalesce(sum(unexpected_change) filter (where movement = 'shrunk'), 0.00) as shrunk,
        coalesce(sum(unexpected_change) filter (where movement = 'grown'), 0.00) as grown,
        coalesce(sum(unexpected_change) filter (where movement = 'acquired'), 0.00) as acquired,
        coalesce(sum(clv_at_end) filter (where movement <> 'acquired'), 0.00) as retained,
        sum(coalesce(clv_at_end, 0.00)) as at_end
    from movements
    group by segment
),
judged as (
    select
        *,
        case
            when customers_at_start > 0 and customers_valued_at_start = 0 then 'no_model_at_start'
            when customers_valued_at_end = 0 then 'no_model_at_end'
        end as reason
    from sums
)
select
    segment,
    customers_at_start,
    lost_customers,
    shrunk_customers,
    grown_customers,
    acquired_customers,
    case when reason is distinct from 'no_model_at_start' then cast(at_start as decimal(18, 2)) end
        as equity_at_start,
    case when reason is null then cast(model_change as decimal(18, 2)) end as model_change,
    case when reason is null then cast(time_change as decimal(18, 2)) end as time_change,
    case when reason is null then cast(lost as decimal(18, 2)) end as lost_equity,
    case when reason is null then cast(shrunk as decimal(18, 2)) end as shrunk_equity,
    case when reason is null then cast(grown as decimal(18, 2)) end as grown_equity,
    case when reason is null then cast(acquired as decimal(18, 2)) end as acquired_equity,
    case when customers_valued_at_end > 0 then cast(at_end as decimal(18, 2)) end as equity_at_end,
    case when customers_valued_at_end > 0 then cast(retained as decimal(18, 2)) end
        as retained_equity,
    reason as bridge_reason
from judged
