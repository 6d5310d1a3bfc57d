//! `csat(score, scale_max [, weight [, weights [, level [, boxes]]]])`

use datafusion::common::ScalarValue;

use crate::functions::answers::{N, N_EFFECTIVE, answers, float, n};
use crate::functions::argument::{LIMITS_LEVEL, WEIGHT};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Adjustable, Groupwise};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::survey::{check_boxes, same_scale, satisfaction};
use crate::kernel::{OutOfDomain, Weights};

/// How many boxes count as satisfied where nothing is said.
const BOXES: f64 = 2.0;

const TOP: Argument = Argument {
    name: "boxes",
    meaning: "how many of the best scores count as satisfied, in steps of 1, below `scale_max`; 2 if left out",
    domain: Domain::Constant(&Domain::WholeBetween(1.0, f64::INFINITY)),
    optional: true,
};

pub(super) static FUNCTION: Groupwise<3, Adjustable<3>> = Groupwise {
    name: "csat",
    summary: "Customer satisfaction score: the share of answers in the top boxes of the scale.",
    arguments: [
        Argument {
            name: "score",
            meaning: "satisfaction, higher is better",
            domain: Domain::Number("at most `scale_max`"),
            optional: false,
        },
        Argument {
            name: "scale_max",
            meaning: "the best score that could be given; 5 on a scale from 1 to 5",
            domain: Domain::Number("finite, the same in every row"),
            optional: false,
        },
        WEIGHT,
    ],
    returns: "the share with its interval (Wilson)",
    shape: Shape::Struct(&[
        float("value", "from 0 to 1"),
        float("lower", "lower limit"),
        float("upper", "upper limit"),
        float("numerator", "summed weight of scores of `scale_max` - `boxes` + 1 and above"),
        float("denominator", "summed weight of all answers"),
        N,
        N_EFFECTIVE,
    ]),
    source: "interval: Wilson (1927), Journal of the American Statistical Association 22(158), \
             209–212; effective size: Kish (1965), Survey Sampling",
    examples: &[
        Example::over("csat(score, 5)['value']", "(VALUES (5), (4), (3), (1)) AS t(score)", "0.5"),
        Example::over(
            "csat(score, 5, weight)['numerator']",
            "(VALUES (5, 2.5), (3, 1.0)) AS t(score, weight)",
            "2.5",
        ),
        Example::over(
            "csat(score, 5, 1, 'design', 0.95, 1)['value']",
            "(VALUES (5), (4), (3), (1)) AS t(score)",
            "0.25",
        ),
    ],
    weights: Some(Weights::Design),
    kernel: Adjustable { settings: &[LIMITS_LEVEL, TOP], check: Some(check), kernel },
};

/// Where [`TOP`] is among the settings, and the end of the scale and [`TOP`] among all arguments.
const BOXES_SET: usize = 1;
const SCALE_MAX: usize = 1;
const BOXES_GIVEN: usize = 5;

fn check(constants: &[Option<f64>]) -> Result<(), OutOfDomain> {
    let given = |place: usize| constants.get(place).copied().flatten();
    match (given(SCALE_MAX), given(BOXES_GIVEN)) {
        (Some(scale_max), Some(boxes)) => check_boxes(scale_max, boxes),
        _ => Ok(()),
    }
}

fn kernel(
    rows: &[Counted<3>],
    _: Weights,
    settings: &[Option<f64>],
) -> Result<Option<Answer>, OutOfDomain> {
    let answers = answers(rows, |[score, _, weight]| (score, weight))?;
    let Some(scale_max) = same_scale(rows.iter().map(|row| row.values[1]))? else {
        return Ok(None);
    };
    let (level, boxes) = (Level::new(settings[0])?, settings[BOXES_SET]);
    if let Some(boxes) = boxes {
        check_boxes(scale_max, boxes)?;
    }
    let boxes = boxes.unwrap_or(BOXES);
    Ok(satisfaction(&answers, scale_max, boxes, level)?.map(|result| {
        Answer::Fields(vec![
            ScalarValue::from(result.share.value),
            ScalarValue::from(result.share.lower),
            ScalarValue::from(result.share.upper),
            ScalarValue::from(result.numerator),
            ScalarValue::from(result.denominator),
            n(&answers),
            ScalarValue::from(result.n_effective),
        ])
    }))
}
