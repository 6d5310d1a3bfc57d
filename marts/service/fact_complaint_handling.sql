-- fact_complaint_handling: how many complaints there are, how they are handled, and their effects.
--
-- Limits of counts are Byar's approximation to the exact ones of Poisson counts (Breslow and Day 1987), those of the
-- ratio of sums are linear, those of differences of Kaplan–Meier shares are derived from those of both sides, which
-- are assumed to be independent (Zou and Donner 2008).
with window_orders as (
    select count(*) as orders
    from orders
    where
        status = 'completed'
        and ordered_at < $period_end
        and cast($period_end - interval '1 microsecond' as date) - cast(ordered_at as date)
        < $service_window_days
),
joined as (
    select
        summary.*,
        shop.orders,
        mood.told,
        mood.change,
        mood.change_error,
        back.put_right,
        back.put_right_lower,
        back.put_right_upper,
        back.not_put_right,
        back.not_put_right_lower,
        back.not_put_right_upper,
        quiet.quiet,
        quiet.quiet_lower,
        quiet.quiet_upper,
        voice.voice
    from complaint_summary as summary
    cross join window_orders as shop
    left join quiet_return as quiet on summary.cut = 'all'
    left join complaint_voice as voice on summary.cut = 'all'
    left join mood_summary as mood
        on summary.cut = mood.cut and summary.cut_value = mood.cut_value
    left join complaint_return as back
        on summary.cut = back.cut and summary.cut_value = back.cut_value
),
compared as (
    select
        *,
        not_put_right - put_right as recovery_effect,
        difference_lower(
            not_put_right,
            not_put_right_lower,
            not_put_right_upper,
            put_right,
            put_right_lower,
            put_right_upper
        ) as recovery_effect_lower,
        difference_upper(
            not_put_right,
            not_put_right_lower,
            not_put_right_upper,
            put_right,
            put_right_lower,
            put_right_upper
        ) as recovery_effect_upper,
        quiet - put_right as recovery_paradox,
        difference_lower(
            quiet,
            quiet_lower,
            quiet_upper,
            put_right,
            put_right_lower,
            put_right_upper
        ) as recovery_paradox_lower,
        difference_upper(
            quiet,
            quiet_lower,
            quiet_upper,
            put_right,
            put_right_lower,
            put_right_upper
        ) as recovery_paradox_upper
    from joined
)
select
    cut,
    cut_value,
    complaints,
    unanswered_complaints,
    open_complaints,
    orders,
    1000.0 * complaints / nullif(orders, 0) as complaints_per_1000_orders,
    1000.0 * complaints
    * power(1.0 - 1.0 / (9.0 * complaints) - 1.959963984540054 / (3.0 * sqrt(complaints)), 3.0)
    / nullif(orders, 0) as complaints_per_1000_orders_lower,
    1000.0 * (complaints + 1)
    * power(
        1.0 - 1.0 / (9.0 * (complaints + 1)) + 1.959963984540054 / (3.0 * sqrt(complaints + 1)), 3.0
    )
    / nullif(orders, 0) as complaints_per_1000_orders_upper,
    voice['value'] as voice_rate,
    voice['lower'] as voice_rate_lower,
    voice['upper'] as voice_rate_upper,
    voice['numerator'] as voice_rate_numerator,
    voice['denominator'] as voice_rate_denominator,
    voice['n'] as dissatisfied_customers,
    1.0 - voice['value'] as silent_rate,
    first_response['value'] as first_response_hours,
    first_response['lower'] as first_response_hours_lower,
    first_response['upper'] as first_response_hours_upper,
    resolution['value'] as resolution_hours,
    resolution['lower'] as resolution_hours_lower,
    resolution['upper'] as resolution_hours_upper,
    cast(put_right_complaints as double) / nullif(judged_complaints, 0) as put_right_rate,
    wilson_lower(put_right_complaints, judged_complaints) as put_right_rate_lower,
    wilson_upper(put_right_complaints, judged_complaints) as put_right_rate_upper,
    put_right_complaints as put_right_rate_numerator,
    judged_complaints as put_right_rate_denominator,
    compensation_ratio,
    case
        when compensation_ratio_error is not null
            then greatest(
                compensation_ratio - 1.959963984540054 * compensation_ratio_error, 0.0
            )
    end as compensation_ratio_lower,
    compensation_ratio + 1.959963984540054 * compensation_ratio_error as compensation_ratio_upper,
    cast(compensation as decimal(18, 2)) as compensation_ratio_numerator,
    cast(loss as decimal(18, 2)) as compensation_ratio_denominator,
    change as satisfaction_change,
    change - 1.959963984540054 * change_error as satisfaction_change_lower,
    change + 1.959963984540054 * change_error as satisfaction_change_upper,
    coalesce(told, 0) as satisfaction_change_complaints,
    1.0 - put_right as return_rate_put_right,
    1.0 - not_put_right as return_rate_not_put_right,
    recovery_effect,
    recovery_effect_lower,
    recovery_effect_upper,
    1.0 - quiet as return_rate_without_complaint,
    recovery_paradox,
    recovery_paradox_lower,
    recovery_paradox_upper,
    recovery_paradox_lower > 0 as is_recovery_paradox
from compared
