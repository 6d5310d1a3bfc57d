-- fact_programme_bond: the bonds of each programme with its members, up to the end of the period: which share
-- of the rewards is financial, social or structural, the three levels of Berry and Parasuraman (1991).
--
-- A member mostly takes rewards of one kind, so the limits count as many rewards as members of equal size would
-- give: (Σw)² / Σw². A level without a reward has a share of 0, which is known; if the rewards of a programme
-- are not classified, it is unknown.
with rewards as (
    select
        entry.programme_id,
        entry.customer_id,
        count(entry.benefit) as classed,
        count(*) filter (where entry.benefit = 'financial') as financial,
        count(*) filter (where entry.benefit = 'social') as social,
        count(*) filter (where entry.benefit = 'structural') as structural,
        count(*) filter (where entry.benefit is null) as unknown,
        sum(entry.points) filter (where entry.benefit = 'financial') as financial_points,
        sum(entry.points) filter (where entry.benefit = 'social') as social_points,
        sum(entry.points) filter (where entry.benefit = 'structural') as structural_points
    from programme_enrolment as enrolment
    inner join point_entries as entry
        on
            enrolment.programme_id = entry.programme_id
            and enrolment.customer_id = entry.customer_id
    where entry.kind = 'redeemed' and entry.booked_at < $period_end
    group by entry.programme_id, entry.customer_id
),
programmes as (
    select
        programme_id,
        sum(classed) as classed,
        sum(unknown) as unknown,
        cast(sum(classed) as double) * sum(classed)
        / nullif(cast(sum(classed * classed) as double), 0) as effective,
        unnest([
            named_struct(
                'level', 1, 'bond', 'financial', 'rewards', sum(financial), 'points', sum(financial_points)
            ),
            named_struct(
                'level', 2, 'bond', 'social', 'rewards', sum(social), 'points', sum(social_points)
            ),
            named_struct(
                'level', 3, 'bond', 'structural', 'rewards', sum(structural), 'points', sum(structural_points)
            )
        ]) as one
    from rewards
    group by programme_id
),
shares as (
    select
        *,
        cast(one['rewards'] as double) / nullif(classed, 0) as share
    from programmes
)
select
    programme_id,
    one['bond'] as bond,
    cast(one['level'] as int) as level,
    coalesce(one['points'], 0) as points,
    share as level_mix,
    wilson_lower(share * effective, effective) as level_mix_lower,
    wilson_upper(share * effective, effective) as level_mix_upper,
    one['rewards'] as level_mix_numerator,
    classed as level_mix_denominator,
    unknown as rewards_of_unknown_bond
from shares
