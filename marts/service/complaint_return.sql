-- complaint_return: who comes back after a complaint that was resolved and after one that was not.
--
-- Open cases are censored (Kaplan and Meier 1958). A share is known once somebody has been observed for all of the
-- days; the last entry of a curve is that of the longest observed.
with curves as (
    select
        cut,
        cut_value,
        kaplan_meier(case when is_put_right then return_days end, is_returned) as put_right,
        max(return_days) filter (where is_put_right) as put_right_days,
        count(*) filter (where is_put_right) as put_right_complaints,
        kaplan_meier(case when not is_put_right then return_days end, is_returned)
            as not_put_right,
        max(return_days) filter (where not is_put_right) as not_put_right_days,
        count(*) filter (where not is_put_right) as not_put_right_complaints
    from complaint_cut
    where frequency_class is not null
    group by cut, cut_value
)
select
    cut,
    cut_value,
    put_right_complaints,
    not_put_right_complaints,
    case when put_right_days = $return_days then put_right[-1]['survival'] end as put_right,
    case when put_right_days = $return_days then put_right[-1]['lower'] end as put_right_lower,
    case when put_right_days = $return_days then put_right[-1]['upper'] end as put_right_upper,
    case when not_put_right_days = $return_days then not_put_right[-1]['survival'] end
        as not_put_right,
    case when not_put_right_days = $return_days then not_put_right[-1]['lower'] end
        as not_put_right_lower,
    case when not_put_right_days = $return_days then not_put_right[-1]['upper'] end
        as not_put_right_upper
from curves
