//! Functions of a row that take or give more than numbers: lists, matrices,
//! text, structs.

use std::fmt::Debug;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, new_empty_array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err};

use super::argument;
use super::document::{Argument, Example, Function};
use super::domain::Domain;
use super::refusal::Refusal;
use super::scalar::{Definition, scalar};
use super::shape::{Answer, Shape};

/// The formula of a row.
pub(super) type Kernel = fn(&Values) -> Result<Option<Answer>, Refusal>;

/// The arguments of a row.
pub(super) trait Formula: Debug + Send + Sync + 'static {
    /// What is kept from row to row.
    type Memory: Debug + Default + Send + Sync + 'static;

    fn answer(&self, memory: &Self::Memory, values: &Values) -> Result<Option<Answer>, Refusal>;
}

impl Formula for Kernel {
    type Memory = ();

    fn answer(&self, (): &(), values: &Values) -> Result<Option<Answer>, Refusal> {
        self(values)
    }
}

/// A formula of which a part is the same for many rows.
#[derive(Debug)]
pub(super) struct Remembering<M>(pub(super) fn(&M, &Values) -> Result<Option<Answer>, Refusal>);

impl<M: Debug + Default + Send + Sync + 'static> Formula for Remembering<M> {
    type Memory = M;

    fn answer(&self, memory: &M, values: &Values) -> Result<Option<Answer>, Refusal> {
        self.0(memory, values)
    }
}

/// A function of the values of a row.
#[derive(Debug)]
pub(super) struct Valuewise<K = Kernel> {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) arguments: &'static [Argument],
    pub(super) returns: &'static str,
    pub(super) shape: Shape,
    pub(super) nulls: &'static str,
    pub(super) source: &'static str,
    pub(super) examples: &'static [Example],
    /// The formula. It is not called if a required argument is NULL, or
    /// contains a NULL that its domain does not allow: the result is NULL.
    pub(super) kernel: K,
}

/// One row.
#[derive(Debug)]
pub(super) struct Values<'a> {
    columns: &'a [ArrayRef],
    row: usize,
}

impl Values<'_> {
    /// The number that argument `i` is; `None` if it is NULL or was left out.
    pub(super) fn perhaps(&self, i: usize) -> Option<f64> {
        let column = self.columns.get(i).filter(|column| column.is_valid(self.row))?;
        column.as_primitive_opt::<Float64Type>().map(|column| column.value(self.row))
    }

    /// The number that argument `i`, which may not be left out, is.
    pub(super) fn number(&self, i: usize) -> f64 {
        self.perhaps(i).unwrap_or(f64::NAN)
    }

    /// The numbers in the list that argument `i` is; empty if it was left out.
    pub(super) fn list(&self, i: usize) -> Vec<f64> {
        self.items(i).map_or_else(Vec::new, |items| doubles(&items))
    }

    /// The numbers in the list that argument `i` is, `None` for those that are NULL.
    pub(super) fn perhaps_list(&self, i: usize) -> Vec<Option<f64>> {
        self.items(i)
            .map_or_else(Vec::new, |items| items.as_primitive::<Float64Type>().iter().collect())
    }

    /// The rows of the matrix that argument `i` is.
    pub(super) fn matrix(&self, i: usize) -> Vec<Vec<f64>> {
        let Some(rows) = self.items(i) else { return Vec::new() };
        rows.as_list::<i32>().iter().flatten().map(|row| doubles(&row)).collect()
    }

    /// The value that argument `i` is, for types that are none of these.
    pub(super) fn value(&self, i: usize) -> Option<ArrayRef> {
        self.columns.get(i).map(|column| column.slice(self.row, 1))
    }

    fn items(&self, i: usize) -> Option<ArrayRef> {
        let column = self.columns.get(i).filter(|column| column.is_valid(self.row))?;
        column.as_list_opt::<i32>().map(|lists| lists.value(self.row))
    }

    /// Whether argument `i` is NULL, or contains one where it must not.
    fn lacks(&self, i: usize, domain: Domain) -> bool {
        let Some(column) = self.columns.get(i) else { return true };
        let may_hold_some = matches!(domain, Domain::ListWithNulls(_));
        let holds_one = || self.items(i).is_some_and(|items| holds_null(&items));
        column.is_null(self.row) || (!may_hold_some && holds_one())
    }
}

fn doubles(items: &ArrayRef) -> Vec<f64> {
    items.as_primitive::<Float64Type>().values().to_vec()
}

fn holds_null(items: &ArrayRef) -> bool {
    let inside = |lists: &dyn Array| {
        lists
            .as_list_opt::<i32>()
            .is_some_and(|lists| lists.iter().flatten().any(|i| holds_null(&i)))
    };
    items.logical_null_count() > 0 || inside(items)
}

impl<K: Formula> From<&'static Valuewise<K>> for Function {
    fn from(function: &'static Valuewise<K>) -> Self {
        let Valuewise { name, summary, arguments, returns, shape, nulls, source, examples, .. } =
            function;
        Self {
            name,
            summary,
            arguments: arguments.to_vec(),
            returns,
            shape: *shape,
            nulls,
            source,
            examples,
            weights: None,
            call: scalar(function, summary, returns),
        }
    }
}

impl<K: Formula> Definition for Valuewise<K> {
    type Memory = K::Memory;

    fn name(&self) -> &'static str {
        self.name
    }

    fn arguments(&self) -> Vec<Argument> {
        self.arguments.to_vec()
    }

    fn data_type(&self) -> DataType {
        self.shape.data_type()
    }

    fn coerce(&self, place: usize, _: usize, given: &DataType) -> Result<DataType> {
        argument::coerce(self.name, &self.arguments[place], given)
    }

    fn answer(
        &self,
        memory: &K::Memory,
        columns: Vec<ArrayRef>,
        lenient: bool,
    ) -> Result<ArrayRef> {
        let rows = columns.first().map_or(0, Array::len);
        let answers = (0..rows)
            .map(|row| self.answer_row(memory, &Values { columns: &columns, row }, lenient))
            .collect::<Result<Vec<_>>>()?;
        match answers.is_empty() {
            true => Ok(new_empty_array(&self.data_type())),
            false => ScalarValue::iter_to_array(answers),
        }
    }
}

impl<K: Formula> Valuewise<K> {
    fn answer_row(
        &self,
        memory: &K::Memory,
        values: &Values,
        lenient: bool,
    ) -> Result<ScalarValue> {
        let arguments = self.arguments.iter().enumerate();
        if arguments
            .clone()
            .any(|(i, argument)| !argument.optional && values.lacks(i, argument.domain))
        {
            return self.shape.null();
        }
        match self.kernel.answer(memory, values) {
            Ok(Some(answer)) => self.shape.value(answer),
            Ok(None) => self.shape.null(),
            Err(_) if lenient => self.shape.null(),
            Err(error) => exec_err!("{}: {error}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::SessionContext;

    use super::super::testing::{error, planning_error, register, shown};
    use super::*;

    /// The dot product of each row of a matrix with a list, plus a number.
    static PRODUCT: Valuewise = Valuewise {
        name: "product",
        summary: "",
        arguments: &[
            Argument::needed("matrix", "", Domain::Matrix("")),
            Argument::needed("vector", "", Domain::List("")),
            Argument::optional("more", "", Domain::NotNegative),
        ],
        returns: "",
        shape: Shape::Numbers,
        nulls: "",
        source: "",
        examples: &[],
        kernel: |values| {
            let (vector, more) = (values.list(1), values.perhaps(2).unwrap_or(0.0));
            let product =
                |row: Vec<f64>| more + row.iter().zip(&vector).map(|(a, b)| a * b).sum::<f64>();
            if values.matrix(0).iter().any(|row| row.len() != vector.len()) {
                return Err(Refusal("`vector` must be as long as a row of `matrix`".into()));
            }
            Ok(Some(Answer::List(values.matrix(0).into_iter().map(product).collect())))
        },
    };

    fn session() -> SessionContext {
        register((&PRODUCT).into())
    }

    #[tokio::test]
    async fn lists_and_matrices_arrive_as_they_are() {
        let query = "SELECT product([[1, 2], [3, 4]], [10, 100]), product([[1]], [2], 0.5)";
        assert_eq!(shown(&session(), query).await, "[210.0, 430.0] | [2.5]");
    }

    #[tokio::test]
    async fn a_null_anywhere_is_an_unknown_answer() {
        let query =
            "SELECT product([[1, NULL]], [1, 2]), product(NULL, [1]), product([[1]], [NULL])";
        assert_eq!(shown(&session(), query).await, "NULL | NULL | NULL");
    }

    /// How many numbers of a list are known.
    static KNOWN: Valuewise = Valuewise {
        name: "known",
        summary: "",
        arguments: &[Argument::needed("list", "", Domain::ListWithNulls(""))],
        returns: "",
        shape: Shape::Number,
        nulls: "",
        source: "",
        examples: &[],
        kernel: |values| {
            Ok(Some(Answer::Number(values.perhaps_list(0).iter().flatten().count() as f64)))
        },
    };

    #[tokio::test]
    async fn a_null_in_a_list_that_may_hold_some_reaches_the_kernel() {
        let session = register((&KNOWN).into());
        let query = "SELECT known([1, NULL, 3]), known([NULL]), known(CAST(NULL AS BIGINT[]))";
        assert_eq!(shown(&session, query).await, "2.0 | 0.0 | NULL");
    }

    #[tokio::test]
    async fn a_broken_rule_is_an_error_or_with_try_a_null() {
        let found =
            error(&session(), "SELECT product(m, [1]) FROM (VALUES ([[1, 2]])) AS t(m)").await;
        assert!(
            found.contains("product: `vector` must be as long as a row of `matrix`"),
            "{found}"
        );
        let lenient = "SELECT try_product(m, [1]) FROM (VALUES ([[1, 2]])) AS t(m)";
        assert_eq!(shown(&session(), lenient).await, "NULL");
    }

    #[tokio::test]
    async fn constants_and_types_are_checked_before_a_row_is_read() {
        let of = "FROM (VALUES ([[1]])) AS t(m)";
        let found = planning_error(&session(), &format!("SELECT product(m, [1], -1) {of}")).await;
        assert!(found.contains("product: `more` must be finite and >= 0, got -1"), "{found}");
        let found = planning_error(&session(), &format!("SELECT product([1], m) {of}")).await;
        assert!(found.contains("`matrix` must be a list of lists of numbers"), "{found}");
    }
}
