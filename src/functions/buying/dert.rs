//! `…_dert(model, frequency, recency, age, discount_rate)`: how many purchases are still to
//! come, discounted?

use super::model::{
    BgBb, BgCnbd, BgNbd, MbgCnbd, MbgNbd, Nbd, ParetoNbd, PurchaseRow, predictions,
};
use super::opportunities::{LAST_TAKEN, OPPORTUNITIES, RATE, TAKEN};
use crate::functions::argument::{AGE, DISCOUNT_RATE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark};
use crate::functions::predictions::Predictions;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::purchase_model::{GivenAlive, Past, PurchaseModel};

/// Of customers who buy at any time.
const OF_DAYS: Question<4> = Question {
    name: "dert",
    summary: "Discounted expected residual transactions: all purchase days to come, \
              discounted, under {title}.",
    arguments: [FREQUENCY, RECENCY, AGE, DISCOUNT_RATE],
    returns: "a number of purchase days, each worth one today",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES: Question<4> = Question {
    summary: "Discounted expected residual transactions: all opportunities to come that a \
              customer takes, discounted, under {title}.",
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, RATE],
    returns: "a number of opportunities; that at the next one is divided by 1 + \
              discount_rate, and so on",
    ..OF_DAYS
};

const REMARKS: [Remark; 7] = [
    Remark {
        of: "bgbb",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_dert({model}, 1, 6, 6, 0.1) AS DECIMAL(12, 9))",
            "1.807707803",
        )],
    },
    Remark {
        of: "bgcnbd",
        returns: "",
        source: "{source}, for the model; Fader, Hardie and Lee (2005), Journal of Marketing \
                 Research 42(4), 415–430, for the idea",
        examples: &[Example::new(
            "CAST({prefix}_dert({model}, 2, 30.4, 38.9, 0.0027) AS DECIMAL(12, 9))",
            "4.587356338",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, \
                 for the idea under another model; here its integral under BG/NBD",
        examples: &[Example::new(
            "CAST({prefix}_dert({model}, 0, 0, 272.0 / 7.0, 0.0027) AS DECIMAL(12, 6))",
            "1.015746",
        )],
    },
    Remark {
        of: "mbgcnbd",
        returns: "",
        source: "{source}, for the model; Fader, Hardie and Lee (2005), Journal of Marketing \
                 Research 42(4), 415–430, for the idea",
        examples: &[Example::new(
            "CAST({prefix}_dert({model}, 2, 30.4, 38.9, 0.0027) AS DECIMAL(12, 9))",
            "4.205296716",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, \
                 for the idea under another model; here its integral under MBG/NBD",
        examples: &[Example::new(
            "CAST({prefix}_dert({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 0.0027) AS DECIMAL(12, \
             6))",
            "4.913278",
        )],
    },
    Remark {
        of: "nbd",
        returns: ": the present rate for ever; as nobody leaves in this model, too many \
                  where they do",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, \
                 for the idea under another model; here under NBD",
        examples: &[Example::new(
            "CAST({prefix}_dert({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 0.0027) AS DECIMAL(12, \
             6))",
            "17.344359",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
        examples: &[Example::new(
            "CAST({prefix}_dert({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 0.0027) AS DECIMAL(12, \
             6))",
            "6.484143",
        )],
    },
];

/// The function of every model.
pub(super) fn all() -> Vec<Definition> {
    vec![
        ask::<BgBb>(&OF_OPPORTUNITIES),
        ask::<BgCnbd>(&OF_DAYS),
        ask::<BgNbd>(&OF_DAYS),
        ask::<MbgCnbd>(&OF_DAYS),
        ask::<MbgNbd>(&OF_DAYS),
        ask::<Nbd>(&OF_DAYS),
        ask::<ParetoNbd>(&OF_DAYS),
    ]
}

fn ask<R: PurchaseRow>(question: &Question<4>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    question.of::<R, _>(shared, &REMARKS, predictions::<R, f64>, Kernel::Strict(answer))
}

fn answer<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    [frequency, recency, age, rate]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let past = M::Past::of(frequency, recency, age)?;
    predictions.mean(past, [rate, 0.0, 0.0], |future| future.residual(past, rate))
}
