-- bgnbd_model: how often customers buy and how soon they leave, fitted to everybody up to the end of
-- the period (BG/NBD: Fader, Hardie and Lee 2005). One row. Time is in weeks of exactly seven days.
select bgnbd_fit(frequency, purchase_span_days / 7.0, tenure_days / 7.0) as model
from customer_history
