//! Common types with instants.
//!
//! Where a date is combined with an instant, in a comparison or a difference, in the branches of
//! a `case`, the arguments of `coalesce`, the inputs of a `union`, the engine takes both for wall
//! time without a zone: the hour that occurs twice is then one hour, and the instant is lost.
//! Before it coerces types, the date becomes the first instant of its day in the zone of the
//! pipeline, and wall time that a function returns becomes its instant. An interval that is
//! compared becomes a duration. `at time zone` gives the wall time of an instant, as in standard
//! SQL, where the engine gives the instant, and counts microseconds, as everywhere, not
//! nanoseconds, which end in the year 2262.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::{
    Between, Case, Cast, InList, InSubquery, ScalarFunction, SetComparison, WindowFunction,
};
use datafusion::logical_expr::expr_rewriter::{NamePreserver, coerce_plan_expr_for_schema};
use datafusion::logical_expr::expr_schema::cast_subquery;
use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable, Join, LogicalPlan, Operator, Subquery, Union,
};

use super::clock::Clock;
use super::convert::Convert;
use super::{calendar, is_moment, length, order, seen};
use crate::session::alternatives::alternatives;

/// Functions that compare their arguments, and return one of them.
const ORDERED: [&str; 3] = ["nullif", "greatest", "least"];

/// Casts values combined with instants to instants, before types are coerced.
pub(in crate::session) fn met(plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
    let moment = moment(config);
    plan.transform_up_with_subqueries(|plan| step(plan, &moment)).map(|plan| plan.data)
}

/// The type of moments of the pipeline.
pub(in crate::session) fn moment(config: &ConfigOptions) -> DataType {
    let zone = config.execution.time_zone.as_deref().unwrap_or("UTC");
    DataType::Timestamp(TimeUnit::Microsecond, Some(zone.into()))
}

fn step(plan: LogicalPlan, moment: &DataType) -> Result<Transformed<LogicalPlan>> {
    let schema = seen(&plan)?;
    order::told(&plan, &schema)?;
    let names = NamePreserver::new(&plan);
    let rewritten = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let met = expr.transform_up(|expr| Together { schema: &schema, moment }.expr(expr))?;
        Ok(met.update_data(|met| name.restore(met)))
    })?;
    rewritten
        .transform_data(|plan| match plan {
            LogicalPlan::Join(join) => joined(join, moment),
            LogicalPlan::Union(union) => united(union, moment),
            other => Ok(Transformed::no(other)),
        })?
        .map_data(LogicalPlan::recompute_schema)
}

/// Both sides of the equalities of a join.
fn joined(mut join: Join, moment: &DataType) -> Result<Transformed<LogicalPlan>> {
    let mut changed = false;
    for (left, right) in &mut join.on {
        let types = [left.get_type(join.left.schema())?, right.get_type(join.right.schema())?];
        changed |= measure(vec![left, right], &types, length::compared)
            || bring(vec![left, right], &types, moment);
    }
    Ok(Transformed::new_transformed(LogicalPlan::Join(join), changed))
}

/// Columns of one place in all inputs of a union.
fn united(union: Union, moment: &DataType) -> Result<Transformed<LogicalPlan>> {
    let of = |index: usize| union.inputs.iter().map(move |it| it.schema().field(index).data_type());
    let mixed: Vec<Option<DataType>> = (0..union.schema.fields().len())
        .map(|index| common(of(index), moment).filter(|it| of(index).any(|of| becomes(of, it))))
        .collect();
    if mixed.iter().all(Option::is_none) {
        return Ok(Transformed::no(LogicalPlan::Union(union)));
    }
    let inputs = union.inputs.into_iter().map(|input| {
        let schema = retyped(input.schema(), &mixed)?;
        coerce_plan_expr_for_schema(Arc::unwrap_or_clone(input), &schema).map(Arc::new)
    });
    let inputs = inputs.collect::<Result<Vec<_>>>()?;
    let schema = Arc::new(retyped(&union.schema, &mixed)?);
    Ok(Transformed::yes(LogicalPlan::Union(Union { inputs, schema })))
}

/// A schema with other types in some places.
fn retyped(schema: &DFSchema, types: &[Option<DataType>]) -> Result<DFSchema> {
    let fields = schema.iter().zip(types).map(|((qualifier, field), of)| {
        let field = match of {
            Some(of) => Arc::new(Field::clone(field).with_data_type(of.clone())),
            None => Arc::clone(field),
        };
        (qualifier.cloned(), field)
    });
    DFSchema::new_with_metadata(fields.collect(), schema.metadata().clone())
}

/// The common type of these types: instants if one is an instant or wall time.
fn common<'a>(
    types: impl Iterator<Item = &'a DataType> + Clone,
    moment: &DataType,
) -> Option<DataType> {
    if types.clone().any(|of| is_moment(element(of))) {
        return Some(moment.clone());
    }
    let wall = |of: &DataType| matches!(element(of), DataType::Timestamp(_, None));
    types.into_iter().any(wall).then_some(DataType::Timestamp(TimeUnit::Microsecond, None))
}

/// The type of the values of a list; of others their own.
fn element(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::List(of) | DataType::LargeList(of) | DataType::FixedSizeList(of, _) => {
            of.data_type()
        }
        other => other,
    }
}

/// Whether a value of one type has to become one of the other.
fn becomes(from: &DataType, to: &DataType) -> bool {
    match from {
        DataType::Date32 | DataType::Date64 => true,
        DataType::Timestamp(_, None) => is_moment(to),
        _ => false,
    }
}

/// Casts values to the common type.
fn bring(values: Vec<&mut Expr>, types: &[DataType], moment: &DataType) -> bool {
    let Some(common) = common(types.iter(), moment) else { return false };
    let mut changed = false;
    for (value, _) in values.into_iter().zip(types).filter(|(_, of)| becomes(of, &common)) {
        *value = cast(std::mem::take(value), &common);
        changed = true;
    }
    changed
}

/// Makes durations of values of which one is an interval and all are durations or intervals.
fn measure(values: Vec<&mut Expr>, types: &[DataType], length: fn(Expr) -> Expr) -> bool {
    let all = types.iter().all(|of| length::is_length(of) || of.is_null());
    let measured = all && types.iter().any(length::is_interval);
    for value in values.into_iter().filter(|_| measured) {
        *value = length(std::mem::take(value));
    }
    measured
}

fn cast(value: Expr, to: &DataType) -> Expr {
    Expr::Cast(Cast::new(Box::new(value), to.clone()))
}

/// The operands of an expression that need a common type.
struct Together<'a> {
    schema: &'a DFSchema,
    moment: &'a DataType,
}

impl Together<'_> {
    fn expr(&self, mut expr: Expr) -> Result<Transformed<Expr>> {
        let changed = match &mut expr {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Minus, right }) => {
                self.values(vec![left, right])
            }
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if op.supports_propagation() => {
                self.compared(vec![left, right])
            }
            Expr::Between(Between { expr, low, high, .. }) => self.compared(vec![expr, low, high]),
            Expr::InList(InList { expr, list, .. }) => {
                self.compared(std::iter::once(expr.as_mut()).chain(list).collect())
            }
            Expr::Case(case) => self.case(case),
            Expr::ScalarFunction(call) if call.func.name() == "date_bin" => {
                let Some(bins) = self.bins(call)? else { return Ok(Transformed::no(expr)) };
                expr = bins;
                true
            }
            Expr::ScalarFunction(call) if call.func.name() == "date_part" => {
                let Some(part) = self.part(call)? else { return Ok(Transformed::no(expr)) };
                expr = part;
                true
            }
            Expr::Cast(Cast { expr: value, field }) => match field.data_type() {
                DataType::Timestamp(TimeUnit::Nanosecond, Some(zone)) => {
                    expr = self.at_time_zone(value, zone)?;
                    true
                }
                _ => false,
            },
            Expr::ScalarFunction(call) => self.arguments(call),
            Expr::WindowFunction(call) => self.window(call),
            Expr::InSubquery(InSubquery { expr, subquery, .. })
            | Expr::SetComparison(SetComparison { expr, subquery, .. }) => {
                self.subquery(expr, subquery)?
            }
            _ => false,
        };
        Ok(Transformed::new_transformed(expr, changed))
    }

    /// The wall time of an instant in the zone; for wall time and texts, the
    /// instant.
    fn at_time_zone(&self, value: &Expr, zone: &Arc<str>) -> Result<Expr> {
        if Clock::named(zone).is_err() {
            return plan_err!("'{zone}' is no time zone: write a name such as 'Europe/Berlin'");
        }
        let micros = |zone| DataType::Timestamp(TimeUnit::Microsecond, zone);
        let there = cast(value.clone(), &micros(Some(Arc::clone(zone))));
        Ok(match is_moment(&value.get_type(self.schema)?) {
            true => Convert::exact(micros(None)).of(there),
            false => there,
        })
    }

    fn values(&self, values: Vec<&mut Expr>) -> bool {
        let types = values.iter().map(|value| value.get_type(self.schema));
        let Ok(types) = types.collect::<Result<Vec<_>>>() else { return false };
        bring(values, &types, self.moment)
    }

    /// Constant text beside an instant too: the engine would parse it to nanoseconds, and so no
    /// year after 2262.
    fn compared(&self, mut values: Vec<&mut Expr>) -> bool {
        let types = values.iter().map(|value| value.get_type(self.schema));
        let Ok(types) = types.collect::<Result<Vec<_>>>() else { return false };
        let mut changed = false;
        if types.iter().any(length::is_interval) {
            return measure(values, &types, length::compared);
        }
        if types.iter().any(is_moment) {
            let texts = values.iter_mut().zip(&types).filter(|(_, of)| of.is_string());
            for (text, _) in texts.filter(|(value, _)| matches!(value, Expr::Literal(..))) {
                **text = cast(std::mem::take(*text), self.moment);
                changed = true;
            }
        }
        bring(values, &types, self.moment) || changed
    }

    fn case(&self, case: &mut Case) -> bool {
        let mut asked = false;
        if let Some(subject) = &mut case.expr {
            let when = case.when_then_expr.iter_mut().map(|(when, _)| when.as_mut());
            asked = self.compared(std::iter::once(subject.as_mut()).chain(when).collect());
        }
        let then = case.when_then_expr.iter_mut().map(|(_, then)| then.as_mut());
        self.values(then.chain(case.else_expr.as_deref_mut()).collect()) || asked
    }

    fn arguments(&self, call: &mut ScalarFunction) -> bool {
        if call.func.name() == "date_trunc" {
            return self.day(call.args.get_mut(1));
        }
        let name = call.func.name();
        if ORDERED.contains(&name) {
            let types = call.args.iter().map(|arg| arg.get_type(self.schema));
            if let Ok(types) = types.collect::<Result<Vec<_>>>()
                && measure(call.args.iter_mut().collect(), &types, length::answered)
            {
                return true;
            }
        }
        if name.starts_with("array_") {
            return self.values(call.args.iter_mut().collect());
        }
        alternatives(call).is_some_and(|values| self.values(values))
    }

    /// `date_bin` here and not later, because the engine would cast its argument to nanoseconds.
    fn bins(&self, call: &mut ScalarFunction) -> Result<Option<Expr>> {
        self.compared(call.args.iter_mut().skip(1).collect());
        let [Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(length)), _), value, origin @ ..] =
            call.args.as_slice()
        else {
            return Ok(None);
        };
        match value.get_type(self.schema)? {
            DataType::Timestamp(..) => {
                calendar::binned(*length, value.clone(), origin.first().cloned()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A part of a duration.
    fn part(&self, call: &ScalarFunction) -> Result<Option<Expr>> {
        let [part, duration] = call.args.as_slice() else { return Ok(None) };
        match (super::text(part), duration.get_type(self.schema)) {
            (Some(name), Ok(DataType::Duration(_))) => {
                length::part(name, duration.clone()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A date that is cut like a moment, by no clock: to the nanosecond, the engine would say.
    fn day(&self, value: Option<&mut Expr>) -> bool {
        let Some(value) = value else { return false };
        let is_date = value.get_type(self.schema).is_ok_and(|of| of == DataType::Date32);
        if is_date {
            *value = cast(std::mem::take(value), &DataType::Timestamp(TimeUnit::Microsecond, None));
        }
        is_date
    }

    /// The default for the row before the first.
    fn window(&self, call: &mut WindowFunction) -> bool {
        let name = call.fun.name();
        if name != "lag" && name != "lead" {
            return false;
        }
        match call.params.args.as_mut_slice() {
            [value, _, instead] => self.values(vec![value, instead]),
            _ => false,
        }
    }

    fn subquery(&self, value: &mut Expr, subquery: &mut Subquery) -> Result<bool> {
        let of = value.get_type(self.schema)?;
        let yields = subquery.subquery.schema().field(0).data_type().clone();
        if [&of, &yields].into_iter().all(length::is_length) && of != yields
            || length::is_interval(&of)
        {
            return super::refused_at(
                value,
                "Intervals are not compared with rows of a query: compare their seconds, \
                 `extract(epoch from …)`",
            );
        }
        let common = common([&of, &yields].into_iter(), self.moment);
        let Some(common) = common else { return Ok(false) };
        let (asks, answers) = (becomes(&of, &common), becomes(&yields, &common));
        if asks {
            *value = cast(std::mem::take(value), &common);
        }
        if answers {
            *subquery = cast_subquery(subquery.clone(), &common)?;
        }
        Ok(asks || answers)
    }
}
