-- brand_model: the logit of the next choice on the ratings of a brand and on having bought it last (Rust, Lemon and
-- Zeithaml 2004), over all customers who have compared brands. No row if nobody has.
--
-- Variables centred within a customer have one degree of freedom less than rows, so the regression's
-- own limits are too narrow; `widening` makes them wider by the root of the ratio of both
-- degrees of freedom.
with fitted as (
    select
        key_drivers(
            centred_choice,
            named_struct(
                'value', centred_value, 'brand', centred_brand,
                'relationship', centred_relationship, 'inertia', centred_last
            )
        ) as model,
        count(*) as ratings,
        count(distinct customer_id) as customers
    from brand_choice
)
select
    model,
    customers,
    model['drivers'][1]['coefficient'] as value_weight,
    model['drivers'][2]['coefficient'] as brand_weight,
    model['drivers'][3]['coefficient'] as relationship_weight,
    model['drivers'][4]['coefficient'] as inertia,
    sqrt(
        cast(ratings - 5 as double)
        / cast(case when ratings - customers > 4 then ratings - customers - 4 end as double)
    ) as widening
from fitted
where ratings > 0
