-- gamma_gamma_model: how much a purchase day is worth, fitted to the repeat customers as known at either
-- end of the period (Gamma-Gamma: Fader, Hardie and Lee 2005; Fader and Hardie 2013). Two rows. The model
-- knows positive spends only, so a customer who paid nothing on the repeat days is left out.
select
    moment.moment,
    gamma_gamma_fit(history.frequency, history.mean_repeat_spend) as model
from moment
left join customer_history_by_moment as history
    on
        moment.moment = history.moment
        and history.frequency > 0
        and history.mean_repeat_spend > 0
where moment.moment <> 'previous_start'
group by moment.moment
