//! `two_proportions(successes, n, successes_other, n_other [, level])`

use datafusion::common::ScalarValue;

use super::experiment::{interval, number};
use crate::functions::answers::float;
use crate::functions::argument::ROW_LEVEL;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::experiment::two_proportions;
use crate::kernel::level::Level;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "two_proportions",
    summary: "A share minus another, with its interval, the test of equality, and the relative \
              lift.",
    arguments: &[
        Argument::needed(
            "successes",
            "how many cases, or how much weight of them, the share counts",
            Domain::Number("from 0 to `n`"),
        ),
        Argument::needed(
            "n",
            "how many cases there are",
            Domain::Number("0, or from 0.001 to 1e18"),
        ),
        Argument::needed(
            "successes_other",
            "the same of the share that it is compared with",
            Domain::Number("from 0 to `n_other`"),
        ),
        Argument::needed(
            "n_other",
            "how many cases there are of that",
            Domain::Number("0, or from 0.001 to 1e18"),
        ),
        ROW_LEVEL,
    ],
    returns: "the difference with its interval (Newcombe's, of Wilson's limits)",
    shape: Shape::Struct(&[
        float("difference", "the share minus the other, -1 to 1"),
        float("lower", "lower limit of the difference"),
        float("upper", "upper limit of the difference"),
        float("statistic", "z with the pooled share; NULL where that is 0 or 1"),
        float("p_value", "two-sided; NULL as `statistic`"),
        float("share", "`successes` by `n`"),
        float("share_lower", "lower limit of the share (Wilson)"),
        float("share_upper", "upper limit of the share (Wilson)"),
        float("share_other", "`successes_other` by `n_other`"),
        float("share_other_lower", "lower limit of the other share (Wilson)"),
        float("share_other_upper", "upper limit of the other share (Wilson)"),
        float("relative_lift", "difference by the other share; NULL where that is 0"),
        float(
            "relative_lift_lower",
            "lower limit of the lift (Katz); NULL where a share is 0 or both are 1",
        ),
        float(
            "relative_lift_upper",
            "upper limit of the lift (Katz); NULL where a share is 0 or both are 1",
        ),
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use; empty if nothing: `no_hits` (a share is 0: the lift, where the \
                      other is, and its limits are NULL; so is the test, where both are), `no_misses` (both shares are 1: \
                      the limits of the lift and the test are NULL, for nothing varies)",
        },
    ]),
    nulls: "NULL in any argument gives NULL, in `level` it is left out; so do no cases on a side, for \
            nothing is then known",
    source: "Newcombe (1998), Statistics in Medicine 17(8), 873–890, method 10; Katz, Baptista, \
             Azen and Pike (1978), Biometrics 34(3), 469–474",
    examples: &[
        Example::new("CAST(two_proportions(56, 70, 48, 80)['lower'] AS DECIMAL(9, 4))", "0.0524"),
        Example::new("CAST(two_proportions(56, 70, 48, 80)['upper'] AS DECIMAL(9, 4))", "0.3339"),
        Example::new(
            "CAST(two_proportions(56, 70, 48, 80, 0.9)['upper'] AS DECIMAL(9, 4))",
            "0.3136",
        ),
        Example::new("two_proportions(5, 10, 0, 0)", "NULL"),
    ],
    kernel: |values| {
        let [x, n, x_other, n_other] = [0, 1, 2, 3].map(|i| values.number(i));
        let level = Level::new(values.perhaps(4))?;
        Ok(two_proportions(x, n, x_other, n_other, level)?.map(|found| {
            let mut fields = interval(Some(found.difference)).to_vec();
            fields.extend([number(found.statistic), number(found.p_value)]);
            fields.extend(interval(Some(found.share)));
            fields.extend(interval(Some(found.share_other)));
            fields.push(number(found.relative_lift));
            fields.push(number(found.lift_limits.map(|(lower, _)| lower)));
            fields.push(number(found.lift_limits.map(|(_, upper)| upper)));
            fields.push(ScalarValue::from(found.flag()));
            Answer::Fields(fields)
        }))
    },
};
