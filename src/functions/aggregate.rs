//! Aggregates: all of DataFusion's side, written once.
//!
//! Rows are gathered as [`Multiset`]s and handed to a kernel in ascending order
//! when the group is complete. A group without rows gives NULL: unknown, not
//! zero. Rows can be taken back out again, so that all aggregates work in
//! windows too.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::mem::size_of_val;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, new_empty_array};
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, FieldRef};
use datafusion::common::{Result, ScalarValue, not_impl_err, plan_err};
use datafusion::logical_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, Expr, ExprSchemable,
    GroupsAccumulator, Signature,
};
use datafusion::physical_plan::expressions::Literal;

use super::argument::{check_constant, check_constants, check_count, coerce, named};
use super::document::{Argument, documentation};
use super::multiset::{Multiset, Row};
use super::shape::Shape;

/// What one aggregate is.
pub(super) trait Definition: Debug + Send + Sync + 'static {
    /// A row of what it gathers.
    type Row: Row;
    /// A call of it, with what its settings say.
    type Call: Debug + Clone + Send + Sync;

    fn name(&self) -> &'static str;
    fn arguments(&self) -> Vec<Argument>;
    fn shape(&self) -> Shape;

    /// Looks at the settings of a call.
    fn call(&'static self, args: &AccumulatorArgs) -> Result<Self::Call>;

    /// Says what constants and types alone make impossible. `types` are those
    /// of the arguments, where they are known.
    fn check(&'static self, _arguments: &[Expr], _types: &[Option<DataType>]) -> Result<()> {
        Ok(())
    }

    /// The types of [`Definition::states`].
    fn state_types(&self) -> Vec<DataType>;

    /// Passes on the rows of a batch that `wanted` selects, each with its index.
    /// Rows with a NULL are skipped.
    fn read(
        call: &Self::Call,
        columns: &[ArrayRef],
        wanted: &dyn Fn(usize) -> bool,
        each: &mut dyn FnMut(usize, Self::Row),
    ) -> Result<()>;

    /// Multisets on their way between partitions.
    fn states(groups: &mut [Multiset<Self::Row>]) -> Vec<ArrayRef>;

    /// The rows in `states`, each with the place of its group and its count.
    fn restore(call: &Self::Call, states: &[ArrayRef], each: &mut dyn FnMut(usize, Self::Row, i64));

    /// Asks the kernel about one complete group, which has rows.
    fn answer(call: &Self::Call, rows: &mut Multiset<Self::Row>) -> Result<ScalarValue>;
}

/// The aggregate as DataFusion knows it.
pub(super) fn aggregate<D: Definition>(
    definition: &'static D,
    summary: &str,
    returns: &str,
) -> AggregateUDF {
    let arguments = definition.arguments();
    AggregateUDF::new_from_impl(Bound {
        definition,
        signature: named(&arguments),
        documentation: documentation(definition.name(), summary, returns, &arguments),
    })
}

#[derive(Debug)]
struct Bound<D: Definition> {
    definition: &'static D,
    signature: Signature,
    documentation: Documentation,
}

impl<D: Definition> AggregateUDFImpl for Bound<D> {
    fn name(&self) -> &str {
        self.definition.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let (name, arguments) = (self.definition.name(), self.definition.arguments());
        check_count(name, &arguments, given.len())?;
        given
            .iter()
            .zip(&arguments)
            .map(|(given, argument)| coerce(name, argument, given))
            .collect()
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.definition.shape().data_type())
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let definition = self.definition;
        Some(Box::new(move |call, context| {
            let arguments = &call.params.args;
            refuse_distinct(definition.name(), call.params.distinct)?;
            check_constants(definition.name(), &definition.arguments(), arguments)?;
            let known = |argument: &Expr| argument.get_type(context.schema()).ok();
            let types: Vec<_> = arguments.iter().map(known).collect();
            definition.check(arguments, &types)?;
            Ok(Expr::AggregateFunction(call))
        }))
    }

    /// Rows are a multiset: an ORDER BY within the brackets is granted by
    /// ignoring it, and costs no sort.
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types = self.definition.state_types().into_iter().enumerate();
        let field =
            |(i, data_type)| ArrowField::new(format!("{}[{i}]", args.name), data_type, true);
        Ok(types.map(field).map(Arc::new).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let call = self.call(&args)?;
        Ok(Box::new(One::<D> { definition: self.definition, call, rows: Multiset::default() }))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let call = self.call(&args)?;
        let definition = self.definition;
        Ok(Box::new(Many::<D> { definition, call, groups: Vec::new(), bytes: 0 }))
    }
}

impl<D: Definition> Bound<D> {
    /// Windows are not simplified, so all that could be said then is said here.
    fn call(&self, args: &AccumulatorArgs) -> Result<D::Call> {
        let (name, arguments) = (self.definition.name(), self.definition.arguments());
        refuse_distinct(name, args.is_distinct)?;
        let literals = args.exprs.iter().map(|expression| {
            expression.downcast_ref::<Literal>().map(|literal| literal.value().clone())
        });
        for (argument, literal) in arguments.iter().zip(literals) {
            literal.map_or(Ok(()), |value| check_constant(name, argument, &value))?;
        }
        self.definition.call(args)
    }
}

/// The constant that `argument`, at `place`, is in a call; `None` if it was left out.
pub(super) fn setting(
    name: &str,
    argument: &Argument,
    args: &AccumulatorArgs,
    place: usize,
) -> Result<Option<ScalarValue>> {
    let Some(expression) = args.exprs.get(place) else { return Ok(None) };
    let Some(literal) = expression.downcast_ref::<Literal>() else {
        return plan_err!("{name}: `{}` must be a constant", argument.name);
    };
    Ok(Some(literal.value().clone()))
}

/// Two customers with the same numbers are two customers.
fn refuse_distinct(name: &str, distinct: bool) -> Result<()> {
    if distinct {
        plan_err!("{name} does not take DISTINCT: equal rows are different customers")
    } else {
        Ok(())
    }
}

// A function is its name: DataFusion compares and hashes plans with these.
impl<D: Definition> PartialEq for Bound<D> {
    fn eq(&self, other: &Self) -> bool {
        self.definition.name() == other.definition.name()
    }
}

impl<D: Definition> Eq for Bound<D> {}

impl<D: Definition> Hash for Bound<D> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.definition.name().hash(state);
    }
}

fn answer<D: Definition>(
    definition: &D,
    call: &D::Call,
    rows: &mut Multiset<D::Row>,
) -> Result<ScalarValue> {
    if rows.rows().is_empty() { definition.shape().null() } else { D::answer(call, rows) }
}

/// One group.
#[derive(Debug)]
struct One<D: Definition> {
    definition: &'static D,
    call: D::Call,
    rows: Multiset<D::Row>,
}

impl<D: Definition> Accumulator for One<D> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        D::read(&self.call, values, &|_| true, &mut |_, row| self.rows.add(row, 1))
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        D::read(&self.call, values, &|_| true, &mut |_, row| self.rows.add(row, -1))
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        answer(self.definition, &self.call, &mut self.rows)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.rows.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let states = D::states(std::slice::from_mut(&mut self.rows));
        states.iter().map(|state| ScalarValue::try_from_array(state, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        D::restore(&self.call, states, &mut |_, row, count| self.rows.add(row, count));
        Ok(())
    }
}

/// All groups of a GROUP BY.
struct Many<D: Definition> {
    definition: &'static D,
    call: D::Call,
    groups: Vec<Multiset<D::Row>>,
    /// Bytes used by the groups; cached, because it is needed often.
    bytes: usize,
}

impl<D: Definition> Many<D> {
    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), Multiset::default);
    }

    fn add(&mut self, group: usize, row: D::Row, count: i64) {
        let group = &mut self.groups[group];
        let before = group.size();
        group.add(row, count);
        self.bytes = (self.bytes + group.size()).saturating_sub(before);
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<Multiset<D::Row>> {
        let taken = emit_to.take_needed(&mut self.groups);
        let bytes = taken.iter().map(Multiset::size).sum::<usize>();
        self.bytes = self.bytes.saturating_sub(bytes);
        taken
    }
}

impl<D: Definition> GroupsAccumulator for Many<D> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let call = self.call.clone();
        let wanted = |place: usize| {
            filter.is_none_or(|filter| filter.is_valid(place) && filter.value(place))
        };
        D::read(&call, values, &wanted, &mut |place, row| self.add(group_indices[place], row, 1))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let answers = self
            .take(emit_to)
            .iter_mut()
            .map(|group| answer(self.definition, &self.call, group))
            .collect::<Result<Vec<_>>>()?;
        if answers.is_empty() {
            return Ok(new_empty_array(&self.definition.shape().data_type()));
        }
        ScalarValue::iter_to_array(answers)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(D::states(&mut self.take(emit_to)))
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let call = self.call.clone();
        D::restore(&call, values, &mut |place, row, count| {
            self.add(group_indices[place], row, count);
        });
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let Some(rows) = values.first().map(Array::len) else {
            return not_impl_err!("{} without arguments", self.definition.name());
        };
        let Self { definition, .. } = *self;
        let call = self.call.clone();
        let mut singles = Self { definition, call, groups: Vec::new(), bytes: 0 };
        singles.update_batch(values, &(0..rows).collect::<Vec<_>>(), filter, rows)?;
        singles.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<Multiset<D::Row>>()
    }
}
