//! `kano_class(functional, dysfunctional)`

use super::kano_pair::{DYSFUNCTIONAL, FUNCTIONAL};
use crate::functions::document::Example;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::kano::Class;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "kano_class",
    summary: "What an attribute is to one person, by Kano's pair of questions.",
    arguments: &[FUNCTIONAL, DYSFUNCTIONAL],
    returns: "one of `must_be`, `one_dimensional`, `attractive`, `indifferent`, `reverse` and \
              `questionable`",
    shape: Shape::Text,
    nulls: "NULL in any argument gives NULL",
    source: "Kano et al. (1984), Journal of the Japanese Society for Quality Control 14(2), 39–48; \
             evaluation table: Berger et al. (1993), Center for Quality Management Journal 2(4), \
             3–36",
    examples: &[
        Example::new("kano_class(1, 5)", "one_dimensional"),
        Example::new("kano_class(3, 5)", "must_be"),
        Example::new("kano_class(1, NULL) IS NULL", "true"),
    ],
    kernel: |values| {
        let class = Class::new(values.number(0), values.number(1))?;
        Ok(Some(Answer::Text(class.name().into())))
    },
};
