-- purchase_model: how often customers buy and how soon they leave, fitted to everybody up to the end
-- of the period. One row. Time is in weeks of exactly seven days.
--
-- $purchase_model says which model: mbgnbd (Batislam, Denizel and Filiztekin 2007) or pareto_nbd
-- (Schmittlein, Morrison and Colombo 1987), in which whoever bought once may have left, or bgnbd
-- (Fader, Hardie and Lee 2005), in which that cannot be and everybody who bought once counts as
-- alive. Another name is refused before a row is read.
select
    purchase_model_fit(
        $purchase_model, frequency, purchase_span_days / 7.0, tenure_days / 7.0
    ) as model
from customer_history
