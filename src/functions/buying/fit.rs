//! `…_fit(frequency, recency, age [, weight [, weights]])`: which parameters make what the
//! customers did most likely?

use super::model::{BgBb, BgCnbd, BgNbd, MbgCnbd, MbgNbd, Nbd, ParetoNbd};
use super::opportunities::{LAST_TAKEN, OPPORTUNITIES, TAKEN};
use super::regular::{self, K, K_FIELD, SUM_LOG_GAPS};
use crate::functions::argument::{AGE, FREQUENCY, RECENCY, WEIGHT};
use crate::functions::document::{Argument, Example, Field};
use crate::functions::family::{Definition, Fit, Row, names};
use crate::functions::fitted::{
    LOG_LIKELIHOOD, answer, histories, log_likelihood, parameter, weighted,
};
use crate::functions::multiset::Counted;
use crate::functions::shape::Answer;
use crate::kernel::beta_bernoulli::{self, Record};
use crate::kernel::beta_geometric::{self, Coin};
use crate::kernel::{History, Maximum, OutOfDomain, Weighted, Weights, nbd, pareto_nbd};

/// What a coin after purchases needs.
const COINS: &[Field] = &[
    parameter("r", "shape of the spread of purchase rates"),
    parameter("alpha", "scale of the spread of purchase rates, in the unit of `age`"),
    parameter("a", "first shape of the spread of drop-out chances"),
    parameter("b", "second shape of the spread of drop-out chances"),
];

/// The same where a clock ticks between purchases.
const TICKS: &[Field] = &[
    parameter("r", "shape of the spread of tick rates"),
    parameter("alpha", "scale of the spread of tick rates, in the unit of `age`"),
    parameter("a", "first shape of the spread of drop-out chances"),
    parameter("b", "second shape of the spread of drop-out chances"),
];

const BGBB: Fit = Fit {
    summary: "Fits the BG/BB model by maximum likelihood: of customers that take \
              opportunities, at most once each, such as a yearly donation, until they leave.",
    returns: "a model to pass to `{prefix}_p_alive` and the other functions of that prefix",
    source: "{source}",
    parameters: &[
        parameter("alpha", "first shape of the spread of the chance to take an opportunity"),
        parameter("beta", "second shape of the spread of the chance to take an opportunity"),
        parameter("gamma", "first shape of the spread of drop-out chances"),
        parameter("delta", "second shape of the spread of drop-out chances"),
    ],
    more: &[],
    likelihood: log_likelihood!("of which opportunities each customer took, in their order"),
    examples: &[
        Example::over(
            "{prefix}_fit(x, t_x, n)['customers']",
            "(VALUES (3, 6, 6), (0, 0, 6), (1, 1, 6), (6, 6, 6)) AS t(x, t_x, n)",
            "4",
        ),
        Example::over(
            "{prefix}_fit(x, t_x, n)['flags']",
            "(VALUES (2, 2, 2), (3, 3, 3)) AS t(x, t_x, n)",
            "alpha_lower,alpha_upper,beta_lower,beta_upper,gamma_lower,gamma_upper,\
             delta_lower,delta_upper,not_identified",
        ),
    ],
};

const BGCNBD: Fit = Fit {
    summary: "Fits the BG/CNBD-k model by maximum likelihood: BG/NBD for customers who buy \
              more regularly than by chance, with every k-th tick of a random clock a \
              purchase.",
    returns: "a model to pass to `{prefix}_p_alive` and the other functions of that prefix; \
              of several `k`, the one with the highest `log_likelihood` explains the data \
              best",
    source: "{source}; Platzer and Reutterer (2016), Marketing Science 35(5), 779–799, for \
             the clock",
    parameters: TICKS,
    more: &[K_FIELD],
    likelihood: LOG_LIKELIHOOD,
    examples: &[
        Example::over(
            "{prefix}_fit(frequency, recency, age, gaps, 2)['customers']",
            "(VALUES (2, 20, 38.9, 2 * ln(10)), (0, 0, 38.9, 0), (1, 9, 38.9, ln(9))) AS \
             t(frequency, recency, age, gaps)",
            "3",
        ),
        Example::over(
            "{prefix}_fit(frequency, recency, age, gaps, 3)['k']",
            "(VALUES (2, 20, 38.9, 2 * ln(10)), (0, 0, 38.9, 0)) AS t(frequency, recency, \
             age, gaps)",
            "3",
        ),
    ],
};

const BGNBD: Fit = Fit {
    summary: "Fits the BG/NBD model of repeat buying and leaving by maximum likelihood.",
    returns: "a model to pass to `{prefix}_p_alive` and the other functions of that prefix",
    source: "{source}",
    parameters: COINS,
    more: &[],
    likelihood: LOG_LIKELIHOOD,
    examples: &[
        Example::over(
            "{prefix}_fit(frequency, recency, age)['customers']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 38.9)) AS t(frequency, recency, \
             age)",
            "3",
        ),
        Example::over(
            "{prefix}_fit(frequency, recency, age)['flags']",
            "(VALUES (0, 0, 10), (0, 0, 20)) AS t(frequency, recency, age)",
            "r_lower,r_upper,alpha_lower,alpha_upper,a_lower,a_upper,b_lower,b_upper,\
             not_identified",
        ),
    ],
};

const MBGCNBD: Fit = Fit {
    summary: "Fits the MBG/CNBD-k model by maximum likelihood: MBG/NBD for customers who buy \
              more regularly than by chance, with every k-th tick of a random clock a \
              purchase.",
    returns: "a model to pass to `{prefix}_p_alive` and the other functions of that prefix; \
              of several `k`, the one with the highest `log_likelihood` explains the data \
              best",
    source: "{source}; Platzer and Reutterer (2016), Marketing Science 35(5), 779–799, for \
             the clock",
    parameters: TICKS,
    more: &[K_FIELD],
    likelihood: LOG_LIKELIHOOD,
    examples: &[
        Example::over(
            "{prefix}_fit(frequency, recency, age, gaps, 2)['customers']",
            "(VALUES (2, 20, 38.9, 2 * ln(10)), (0, 0, 38.9, 0), (1, 9, 38.9, ln(9))) AS \
             t(frequency, recency, age, gaps)",
            "3",
        ),
        Example::over(
            "{prefix}_fit(frequency, recency, age, gaps, 3)['k']",
            "(VALUES (2, 20, 38.9, 2 * ln(10)), (0, 0, 38.9, 0)) AS t(frequency, recency, \
             age, gaps)",
            "3",
        ),
    ],
};

const MBGNBD: Fit = Fit {
    summary: "Fits the MBG/NBD model by maximum likelihood: BG/NBD in which customers can \
              also leave right after their first purchase.",
    returns: "a model to pass to `{prefix}_p_alive` and the other functions of that prefix",
    source: "{source}; independently Hoppe and Wagner (2007), Marketing ZFP 29, 75–90",
    parameters: COINS,
    more: &[],
    likelihood: LOG_LIKELIHOOD,
    examples: &[
        Example::over(
            "{prefix}_fit(frequency, recency, age)['customers']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 38.9)) AS t(frequency, recency, \
             age)",
            "3",
        ),
        Example::over(
            "{prefix}_fit(frequency, recency, age)['model']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9)) AS t(frequency, recency, age)",
            "mbgnbd",
        ),
    ],
};

const NBD: Fit = Fit {
    summary: "Fits the NBD model of repeat buying, in which nobody leaves, by maximum \
              likelihood.",
    returns: "a model to pass to `{prefix}_p_alive` and the other functions of that prefix; \
              its `log_likelihood` is what a model with customers that leave has to beat",
    source: "Ehrenberg (1959), Applied Statistics 8(1), 26–41; for histories of unequal \
             length, Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284",
    parameters: &[
        parameter("r", "shape of the spread of purchase rates"),
        parameter("alpha", "scale of the spread of purchase rates, in the unit of `age`"),
    ],
    more: &[],
    likelihood: log_likelihood!(
        "of the times of all purchases after the first, a density per unit of `age`, as those of the models with \
         customers that leave (that of how many they are is frequency * ln(age) - ln(frequency!) more for each)"
    ),
    examples: &[
        Example::over(
            "{prefix}_fit(frequency, recency, age)['customers']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 27)) AS t(frequency, recency, age)",
            "3",
        ),
        Example::over(
            "{prefix}_fit(frequency, recency, age)['flags']",
            "(VALUES (4, 20, 30), (4, 25, 30)) AS t(frequency, recency, age)",
            "r_upper,alpha_upper,not_identified",
        ),
    ],
};

const PARETO_NBD: Fit = Fit {
    summary: "Fits the Pareto/NBD model of repeat buying, in which customers leave at any \
              moment, by maximum likelihood.",
    returns: "a model to pass to `{prefix}_p_alive` and the other functions of that prefix",
    source: "{source}",
    parameters: &[
        parameter("r", "shape of the spread of purchase rates"),
        parameter("alpha", "scale of the spread of purchase rates, in the unit of `age`"),
        parameter("s", "shape of the spread of rates of leaving"),
        parameter("beta", "scale of the spread of rates of leaving, in the unit of `age`"),
    ],
    more: &[],
    likelihood: LOG_LIKELIHOOD,
    examples: &[
        Example::over(
            "{prefix}_fit(frequency, recency, age)['customers']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 38.9)) AS t(frequency, recency, \
             age)",
            "3",
        ),
        Example::over(
            "{prefix}_fit(frequency, recency, age)['model']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9)) AS t(frequency, recency, age)",
            "pareto_nbd",
        ),
    ],
};

const HISTORY: [Argument; 4] = [FREQUENCY, RECENCY, AGE, WEIGHT];
const UNUSED: &str = "time from the first to the last purchase, as the models with customers that \
                      leave need it; not looked at here, so 0 will do";

/// The fit of every model.
pub(super) fn all() -> Vec<Definition> {
    let gaps = [FREQUENCY, RECENCY, AGE, SUM_LOG_GAPS, K, WEIGHT];
    let no_recency = [FREQUENCY, Argument { meaning: UNUSED, ..RECENCY }, AGE, WEIGHT];
    vec![
        BGBB.of::<BgBb, 4>([TAKEN, LAST_TAKEN, OPPORTUNITIES, WEIGHT], records),
        BGCNBD
            .of::<BgCnbd, 6>(gaps, |rows, weights| regular::fit(Coin::AfterRepeats, rows, weights)),
        BGNBD.of::<BgNbd, 4>(HISTORY, |rows, weights| {
            let fit = |of: &_| beta_geometric::fit_weighted(Coin::AfterRepeats, of);
            days::<BgNbd, 4>(rows, weights, fit)
        }),
        MBGCNBD.of::<MbgCnbd, 6>(gaps, |rows, weights| regular::fit(Coin::AfterAll, rows, weights)),
        MBGNBD.of::<MbgNbd, 4>(HISTORY, |rows, weights| {
            let fit = |of: &_| beta_geometric::fit_weighted(Coin::AfterAll, of);
            days::<MbgNbd, 4>(rows, weights, fit)
        }),
        NBD.of::<Nbd, 4>(no_recency, |rows, weights| {
            days::<Nbd, 2>(rows, weights, nbd::fit_weighted)
        }),
        PARETO_NBD.of::<ParetoNbd, 4>(HISTORY, |rows, weights| {
            days::<ParetoNbd, 4>(rows, weights, pareto_nbd::fit_weighted)
        }),
    ]
}

/// Of customers who buy at any time.
fn days<R: Row, const P: usize>(
    rows: &[Counted<4>],
    weights: Weights,
    fit: impl Fn(&Weighted<History>) -> Option<Maximum<P>>,
) -> Result<Option<Answer>, OutOfDomain> {
    let histories = histories(rows, weights)?;
    let customers = histories.customers();
    Ok(fit(&histories).map(|maximum| answer(names::<R, P>(), &maximum, customers, &[])))
}

/// Of customers who take opportunities.
fn records(rows: &[Counted<4>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let read = |[frequency, recency, opportunities, _]: [f64; 4]| {
        Record::new(frequency, recency, opportunities)
    };
    let records = weighted(rows, weights, read, |_| true)?;
    let (names, customers) = (names::<BgBb, 4>(), records.customers());
    let fit = beta_bernoulli::fit_weighted(&records);
    Ok(fit.map(|maximum| answer(names, &maximum, customers, &[])))
}
