-- purchase_model: how often customers buy and how soon they leave, fitted to all customers as known at either
-- end of the period. Two rows. Time is in weeks of exactly seven days.
--
-- $purchase_model says which model: mbgnbd (Batislam, Denizel and Filiztekin 2007) or pareto_nbd
-- (Schmittlein, Morrison and Colombo 1987), in which whoever bought once may have left, or bgnbd
-- (Fader, Hardie and Lee 2005), in which that cannot be and everybody who bought once counts as
-- alive. Another name is rejected before a row is read.
select
    moment.moment,
    purchase_model_fit(
        $purchase_model,
        history.frequency,
        history.purchase_span_days / 7.0,
        history.tenure_days / 7.0
    ) as model
from moment
left join customer_history_by_moment as history on moment.moment = history.moment
where moment.moment <> 'previous_start'
group by moment.moment
