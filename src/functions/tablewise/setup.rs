//! One call of an aggregate over a table: what is known without rows.

use std::ops::Range;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use super::super::aggregate::Definition;
use super::super::argument::{LIMITS_LEVEL, weights_named};
use super::super::domain::Domain;
use super::Tablewise;
use crate::kernel::level::Level;
use crate::kernel::{OutOfDomain, Weights};

/// One call.
#[derive(Debug)]
pub(in crate::functions) struct Setup {
    pub(super) definition: &'static Tablewise,
    /// Of each argument that was passed.
    pub(super) inputs: Vec<Input>,
    /// Numbers in a row.
    pub(super) width: usize,
    /// Labels in a row.
    pub(super) labels: usize,
}

#[derive(Debug)]
pub(super) enum Input {
    Number(usize),
    Items { names: Vec<String>, places: Range<usize> },
    Label(usize),
    Setting(Option<ScalarValue>),
}

impl Setup {
    /// `setting` finds the constant that argument `i` is, if it is one yet.
    pub(super) fn new<'a>(
        definition: &'static Tablewise,
        types: impl IntoIterator<Item = &'a DataType>,
        setting: impl Fn(usize) -> Option<ScalarValue>,
    ) -> Self {
        let mut setup = Self { definition, inputs: Vec::new(), width: 0, labels: 0 };
        for (i, (argument, given)) in definition.arguments().iter().zip(types).enumerate() {
            let input = match (argument.domain, given) {
                (domain, _) if domain.is_constant() => Input::Setting(setting(i)),
                (Domain::Label, _) => Input::Label(setup.labels),
                (Domain::Items(_), DataType::Struct(fields)) => Input::Items {
                    names: fields.iter().map(|field| field.name().clone()).collect(),
                    places: setup.width..setup.width + fields.len(),
                },
                _ => Input::Number(setup.width),
            };
            match &input {
                Input::Number(_) => setup.width += 1,
                Input::Items { places, .. } => setup.width = places.end,
                Input::Label(_) => setup.labels += 1,
                Input::Setting(_) => {}
            }
            setup.inputs.push(input);
        }
        setup
    }

    /// The names of the items in argument `i`.
    pub(in crate::functions) fn names(&self, i: usize) -> &[String] {
        match self.inputs.get(i) {
            Some(Input::Items { names, .. }) => names,
            _ => &[],
        }
    }

    /// What the weights of this call are.
    pub(in crate::functions) fn weights(&self) -> Weights {
        let asked = self.text(self.definition.arguments.len()).and_then(weights_named);
        asked.or(self.definition.weights).unwrap_or(Weights::Counts)
    }

    /// How sure the limits of this call are.
    pub(in crate::functions) fn level(&self) -> Result<Level, OutOfDomain> {
        let arguments = self.definition.arguments();
        let place = arguments.iter().position(|argument| argument.name == LIMITS_LEVEL.name);
        Level::new(place.and_then(|place| self.number(place)))
    }

    /// The place among the numbers of a row at which its weight is.
    pub(super) fn weight(&self) -> Option<usize> {
        self.definition.weights?;
        let arguments = self.definition.arguments.iter();
        match self.inputs.get(arguments.take_while(|argument| argument.name != "weight").count())? {
            Input::Number(place) => Some(*place),
            _ => None,
        }
    }

    /// The text that argument `i` is in all rows; `None` if it was left out.
    pub(in crate::functions) fn text(&self, i: usize) -> Option<&str> {
        match self.inputs.get(i) {
            Some(Input::Setting(Some(ScalarValue::Utf8(Some(text))))) => Some(text),
            _ => None,
        }
    }

    /// The number that argument `i` is in all rows; `None` if it was left out.
    pub(in crate::functions) fn number(&self, i: usize) -> Option<f64> {
        match self.inputs.get(i) {
            Some(Input::Setting(Some(ScalarValue::Float64(number)))) => *number,
            _ => None,
        }
    }
}
