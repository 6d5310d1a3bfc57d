-- programme_enrolment: one row per programme and customer enrolled before the end of the period.
--
-- The first membership determines whether somebody is a control: a control who becomes a
-- member later has crossed over, and stays in the assigned arm. A membership that ended after the period was active
-- in it.
select
    programme_id,
    customer_id,
    min(joined_at) as joined_at,
    first_value(is_control order by joined_at) as is_control,
    bool_or(is_control) and bool_or(not is_control) as is_in_both,
    max(treated_share) as treated_share,
    last_value(level order by joined_at) as level,
    max(coalesce(left_at, $period_end)) as ends_at,
    bool_or(
        not is_control
        and joined_at < $period_start
        and coalesce(left_at, $period_end) >= $period_start
    ) as was_member,
    bool_or(not is_control and coalesce(left_at, $period_end) >= $period_end) as is_member
from memberships
where joined_at < $period_end
group by programme_id, customer_id
