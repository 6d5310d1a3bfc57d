-- fact_customisation: what is made to measure, in which of four ways (Gilmore and Pine 1997): collaborative, adaptive,
-- cosmetic or transparent.
--
-- A customer mostly takes things of one kind, so the limits count as many lines as customers of equal size would
-- give: (Σw)² / Σw². A way of which nothing was sold has a share of 0 where something else was made to measure.
with lines as (
    select
        line.customer_id,
        line.net_amount,
        made.kind
    from fact_order_line as line
    left join customisations as made
        on
            line.order_id = made.order_id
            and line.line_no = made.line_no
    where
        line.status = 'completed'
        and line.ordered_at >= $period_start
        and line.ordered_at < $period_end
),
totals as (
    select
        count(*) as all_lines,
        sum(net_amount) as all_spend,
        count(kind) as customised,
        sum(net_amount) filter (where kind is not null) as customised_spend
    from lines
),
customers as (
    select count(kind) as customised
    from lines
    where kind is not null
    group by customer_id
),
sizes as (
    select
        cast(sum(customised) as double) * sum(customised) / sum(customised * customised) as effective
    from customers
),
kinds as (
    select
        kind,
        count(*) as lines,
        count(distinct customer_id) as customers,
        sum(net_amount) as spend
    from lines
    where kind is not null
    group by kind
),
ways as (
    select unnest(['collaborative', 'adaptive', 'cosmetic', 'transparent']) as customisation
),
shares as (
    select
        ways.customisation,
        totals.*,
        sizes.effective,
        coalesce(kinds.lines, 0) as lines,
        coalesce(kinds.customers, 0) as customers,
        cast(coalesce(kinds.spend, 0) as decimal(18, 2)) as spend,
        cast(coalesce(kinds.lines, 0) as double) / totals.customised as custom_mix
    from ways
    cross join totals
    cross join sizes
    left join kinds on ways.customisation = kinds.kind
    where totals.customised > 0
)
select
    customisation,
    customers,
    spend,
    custom_mix,
    wilson_lower(custom_mix * effective, effective) as custom_mix_lower,
    wilson_upper(custom_mix * effective, effective) as custom_mix_upper,
    lines as custom_mix_numerator,
    customised as custom_mix_denominator,
    cast(lines as double) / all_lines as share_of_lines,
    all_lines as share_of_lines_denominator,
    cast(spend as double) / nullif(cast(all_spend as double), 0) as share_of_spend
from shares
