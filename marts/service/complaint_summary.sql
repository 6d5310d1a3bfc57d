-- complaint_summary: how complaints were handled, added up by cut.
--
-- Answers and closings still to come are cut off (Kaplan and Meier 1958), so that a shop that closes the easy complaints
-- only is not taken to be quick.
with sums as (
    select
        cut,
        cut_value,
        count(*) as complaints,
        count(*) filter (where not is_answered) as unanswered_complaints,
        count(*) filter (where not is_closed) as open_complaints,
        survival_median(first_response_hours, is_answered) as first_response,
        survival_median(resolution_hours, is_closed) as resolution,
        count(*) filter (where is_put_right) as put_right_complaints,
        count(is_put_right) as judged_complaints,
        sum(compensation) filter (where loss_amount is not null) as compensation,
        sum(loss_amount) filter (where compensation is not null) as loss,
        count(*) filter (where compensation is not null and loss_amount is not null) as paid,
        sum(cast(compensation as double) * cast(compensation as double)) filter (
            where loss_amount is not null
        ) as compensation_squares,
        sum(cast(compensation as double) * cast(loss_amount as double)) as products,
        sum(cast(loss_amount as double) * cast(loss_amount as double)) filter (
            where compensation is not null
        ) as loss_squares
    from complaint_cut
    group by cut, cut_value
),
ratios as (
    select
        *,
        cast(compensation as double) / nullif(cast(loss as double), 0.0) as compensation_ratio
    from sums
)
select
    *,
    sqrt(
        greatest(
            compensation_squares
            - 2.0 * compensation_ratio * products
            + compensation_ratio * compensation_ratio * loss_squares,
            0.0
        ) * paid / nullif(paid - 1, 0)
    ) / nullif(cast(loss as double), 0.0) as compensation_ratio_error
from ratios
