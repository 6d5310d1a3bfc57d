-- gamma_gamma_model: how much a purchase day is worth, fitted to the repeat customers up to the end
-- of the period (Gamma-Gamma: Fader, Hardie and Lee 2005; Fader and Hardie 2013). One row. The model
-- knows positive spends only, so a customer who paid nothing on the repeat days is left out.
select gamma_gamma_fit(frequency, mean_repeat_spend) as model
from customer_history
where frequency > 0 and mean_repeat_spend > 0
