//! Common types of values: in comparisons, joins, lists, branches and unions.
//!
//! The engine casts a float beside a decimal to decimal(31,15), which truncates 1e-16 to 0 and
//! fails at 2e16; here a decimal beside a float is a float, but a literal with a point is the
//! decimal that is written, in quotes or not. Beside text in the branches of a `case` and in
//! unions, the engine casts numbers to text; here constants are read as numbers instead, and other
//! text is rejected, as everywhere. Of two decimals whose digits together are more than 38 the
//! engine casts one to a type that cannot represent it; here they are compared with 76. In
//! addition, the negative of an integer is an int64, as for every operator, and a decimal of more
//! than 38 digits is rejected, since operations on it are not checked.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::diagnostic::Diagnostic;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::{Between, InList, InSubquery};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    BinaryExpr, Case, Cast, Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, Operator,
    Subquery, Union, lit,
};
use datafusion::optimizer::analyzer::type_coercion::coerce_union_schema;

use super::alternatives::{common, is_read};
use super::decimal::DIGITS;
use super::implicit::{self, schema, span};
use super::operator;
use super::quantile::constant_of as constant;
use crate::session::alternatives::alternatives;

/// The plan with common types of numbers, before the engine coerces types.
pub(super) fn met(plan: LogicalPlan) -> Result<LogicalPlan> {
    plan.transform_up_with_subqueries(|plan| {
        let around = schema(&plan)?;
        let names = NamePreserver::new(&plan);
        let plan = plan.map_expressions(|expr| {
            let name = names.save(&expr);
            let expr = expr.transform_up(|part| of_one_kind(part, &around))?;
            Ok(expr.update_data(|expr| name.restore(expr)))
        })?;
        plan.transform_data(|plan| match plan {
            LogicalPlan::Join(mut join) => {
                for (left, right) in &mut join.on {
                    let of =
                        (left.get_type(join.left.schema())?, right.get_type(join.right.schema())?);
                    if let Some(common) = compared(&of.0, &of.1) {
                        convert(left, &common, join.left.schema())?;
                        convert(right, &common, join.right.schema())?;
                    }
                }
                LogicalPlan::Join(join).recompute_schema().map(Transformed::yes)
            }
            LogicalPlan::Union(union) => united(union).map(Transformed::yes),
            other if other.inputs().is_empty() => Ok(Transformed::no(other)),
            other => other.recompute_schema().map(Transformed::yes),
        })
    })
    .data()
}

/// Branches with floats if one of them has floats.
fn united(union: Union) -> Result<LogicalPlan> {
    let columns = union.schema.fields().len();
    texts(&union)?;
    let types = |column: usize| {
        union.inputs.iter().map(move |input| input.schema().field(column).data_type().clone())
    };
    let mixed: Vec<bool> = (0..columns)
        .map(|column| {
            union.inputs.iter().all(|it| it.schema().fields().len() == columns)
                && is_mixed(types(column))
        })
        .collect();
    if !mixed.contains(&true) {
        return settled(union);
    }
    let inputs = union.inputs.into_iter().map(|input| {
        let known = Arc::clone(input.schema());
        let columns = known.iter().zip(&mixed).map(|((table, field), mixed)| {
            let column = Expr::Column((table, field).into());
            match mixed {
                true => {
                    let float = column.cast_to(&DataType::Float64, known.as_ref())?;
                    Ok(float.alias_qualified(table.cloned(), field.name()))
                }
                false => Ok(column),
            }
        });
        let columns: Vec<Expr> = columns.collect::<Result<_>>()?;
        LogicalPlanBuilder::from(Arc::unwrap_or_clone(input))
            .project(columns)?
            .build()
            .map(Arc::new)
    });
    settled(Union { inputs: inputs.collect::<Result<_>>()?, schema: union.schema })
}

/// Rejects text in one branch if another has numbers, dates or timestamps.
fn texts(union: &Union) -> Result<()> {
    for (index, field) in union.schema.fields().iter().enumerate() {
        let inputs = union.inputs.iter().filter_map(|input| input.schema().fields().get(index));
        let types: Vec<DataType> = inputs.map(|field| field.data_type().clone()).collect();
        let read = types.iter().find(|of| is_read(of));
        if let Some(read) = read.filter(|_| types.iter().any(DataType::is_string)) {
            implicit::refuse_text(&Expr::from(Column::from_name(field.name())), read)?;
        }
    }
    Ok(())
}

/// A union with the types of its branches, which may have changed.
fn settled(Union { inputs, schema }: Union) -> Result<LogicalPlan> {
    let found = coerce_union_schema(&inputs)?;
    let types = |schema: &DFSchema| -> Vec<DataType> {
        schema.fields().iter().map(|field| field.data_type().clone()).collect()
    };
    let same = types(&found) == types(&schema);
    let schema = if same { schema } else { Arc::new(found) };
    Ok(LogicalPlan::Union(Union { inputs, schema }))
}

fn of_one_kind(mut expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let changed = match &mut expr {
        Expr::Negative(value) if value.get_type(schema).is_ok_and(|of| of.is_integer()) => {
            let value = std::mem::take(value.as_mut());
            let negated = operator::call(Operator::Minus, None, lit(0_i64), value);
            return Ok(Transformed::yes(negated));
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if op.supports_propagation() => {
            compare(vec![left.as_mut(), right.as_mut()], schema)?
        }
        Expr::Between(Between { expr, low, high, .. }) => {
            compare(vec![expr.as_mut(), low.as_mut(), high.as_mut()], schema)?
        }
        Expr::InList(InList { expr, list, .. }) => {
            compare(std::iter::once(expr.as_mut()).chain(list).collect(), schema)?
        }
        Expr::InSubquery(InSubquery { expr, subquery, .. }) => among(expr, subquery, schema)?,
        Expr::Case(Case { expr, when_then_expr, else_expr }) => {
            let (mut whens, mut thens) = (Vec::new(), Vec::new());
            for (when, then) in when_then_expr {
                whens.push(when.as_mut());
                thens.push(then.as_mut());
            }
            thens.extend(else_expr.as_mut().map(AsMut::as_mut));
            let chosen = read_text(&mut thens, schema)? | choose(thens, schema)?;
            match expr {
                Some(expr) => {
                    whens.push(expr.as_mut());
                    compare(whens, schema)? || chosen
                }
                None => chosen,
            }
        }
        Expr::ScalarFunction(call) if call.func.name() == "round" => {
            call.args.get_mut(1).map(written_out).transpose()?.unwrap_or(false)
        }
        Expr::ScalarFunction(call) => match alternatives(call) {
            Some(values) => choose(values, schema)?,
            None => false,
        },
        Expr::WindowFunction(call) if matches!(call.fun.name(), "lag" | "lead") => {
            match call.params.args.as_mut_slice() {
                [value, _, instead] => stand_in(value, instead, schema)?,
                _ => false,
            }
        }
        _ => false,
    };
    Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
}

/// How many digits `round` keeps, as a number, since it determines the type of a rounded decimal.
fn written_out(digits: &mut Expr) -> Result<bool> {
    let computed = !matches!(digits, Expr::Literal(..)) && !digits.any_column_refs();
    if computed {
        *digits = constant(digits)?;
    }
    Ok(computed)
}

/// Makes values that are compared comparable.
fn compare(mut values: Vec<&mut Expr>, schema: &DFSchema) -> Result<bool> {
    let read = as_written(&mut values, schema);
    let Some(types) = types(&values, schema) else { return Ok(read) };
    let common = types.iter().skip(1).find_map(|of| compared(&types[0], of));
    let Some(common) = common else { return Ok(read) };
    // One type for all: of several the widest.
    let common = types.iter().fold(common, |common, of| match (&common, of) {
        (DataType::Float64, _) => DataType::Float64,
        (_, of) if of.is_floating() => DataType::Float64,
        (common, of) => wide(common, of).unwrap_or_else(|| common.clone()),
    });
    values.into_iter().try_for_each(|value| convert(value, &common, schema))?;
    Ok(true)
}

/// Makes a value and those of a subquery floats where one is a float and the other a decimal.
fn among(value: &mut Expr, subquery: &mut Subquery, schema: &DFSchema) -> Result<bool> {
    let known = Arc::clone(subquery.subquery.schema());
    let types = [value.get_type(schema)?, known.field(0).data_type().clone()];
    if !is_mixed(types) {
        return Ok(false);
    }
    convert(value, &DataType::Float64, schema)?;
    let mut column = Expr::Column(known.columns().swap_remove(0));
    convert(&mut column, &DataType::Float64, &known)?;
    let rows = LogicalPlanBuilder::from(subquery.subquery.as_ref().clone());
    subquery.subquery = Arc::new(rows.project([column])?.build()?);
    Ok(true)
}

/// Makes values, of which one is the result, floats if one of them is a float and another a
/// decimal.
fn choose(mut values: Vec<&mut Expr>, schema: &DFSchema) -> Result<bool> {
    let read = as_written(&mut values, schema);
    let Some(types) = types(&values, schema) else { return Ok(read) };
    let mixed = is_mixed(types);
    if mixed {
        values.into_iter().try_for_each(|value| convert(value, &DataType::Float64, schema))?;
    }
    Ok(mixed || read)
}

/// Reads constant text beside numbers, days and moments as what they are; refuses other text.
fn read_text(values: &mut [&mut Expr], schema: &DFSchema) -> Result<bool> {
    let read = as_written(values, schema);
    let Some(types) = types(values, schema) else { return Ok(read) };
    let text = types.iter().any(DataType::is_string) && types.iter().any(is_read);
    let Some(common) = text.then(|| common(&types)).flatten() else { return Ok(read) };
    for (value, of) in values.iter_mut().zip(&types).filter(|(_, of)| of.is_string()) {
        implicit::kept_apart(value, of, &common)?;
        **value = std::mem::take(*value).cast_to(&common, schema)?;
    }
    Ok(true)
}

/// The default of `lag` or `lead`, in the type of the rows: a fraction is not
/// truncated to an integer.
fn stand_in(value: &mut Expr, instead: &mut Expr, schema: &DFSchema) -> Result<bool> {
    let mut pair = [value, instead];
    let read = read_text(&mut pair, schema)?;
    let Some(types) = types(&pair, schema) else { return Ok(read) };
    implicit::kept_apart(pair[1], &types[1], &types[0])?;
    let numbers = types.iter().all(DataType::is_numeric);
    let Some(common) = numbers.then(|| common(&types)).flatten() else { return Ok(read) };
    let common = if is_mixed(types) { DataType::Float64 } else { common };
    pair.into_iter().try_for_each(|number| convert(number, &common, schema))?;
    Ok(true)
}

/// Literals with a point beside decimals, as the decimals that are
/// written: money stays money in `greatest(amount, 0.00)`.
fn as_written(values: &mut [&mut Expr], schema: &DFSchema) -> bool {
    let types = values.iter().filter_map(|value| value.get_type(schema).ok());
    let decimals: Vec<DataType> = types.filter(DataType::is_decimal).collect();
    let mut read = false;
    for value in values.iter_mut().filter(|_| !decimals.is_empty()) {
        let Expr::Literal(constant, _) = &**value else { continue };
        let Some(decimal) = written(constant) else { continue };
        if decimals.iter().all(|other| wide(other, &decimal.data_type()).is_none()) {
            **value = lit(decimal);
            read = true;
        }
    }
    read
}

/// The decimal that a text is, or the shortest that is read as a float.
fn written(constant: &ScalarValue) -> Option<ScalarValue> {
    let text = match constant {
        ScalarValue::Float64(float) => (*float)?.to_string(),
        other => other.try_as_str()??.trim().to_owned(),
    };
    let (whole, parts) = text.split_once('.').unwrap_or((&text, ""));
    let scale = u8::try_from(parts.len()).ok()?;
    let digits =
        u8::try_from(whole.trim_start_matches(['-', '0']).len()).ok()?.checked_add(scale)?;
    let value: i128 = format!("{whole}{parts}").parse().ok()?;
    (digits <= DIGITS).then(|| {
        ScalarValue::Decimal128(Some(value), digits.max(1), i8::try_from(scale).unwrap_or(0))
    })
}

fn types(values: &[&mut Expr], schema: &DFSchema) -> Option<Vec<DataType>> {
    values.iter().map(|value| value.get_type(schema).ok()).collect()
}

fn is_mixed(types: impl IntoIterator<Item = DataType>) -> bool {
    let types: Vec<DataType> = types.into_iter().collect();
    types.iter().any(DataType::is_decimal) && types.iter().any(DataType::is_floating)
}

/// A number in the common type; other values are left to the engine.
fn convert(value: &mut Expr, common: &DataType, schema: &DFSchema) -> Result<()> {
    let of = value.get_type(schema)?;
    if of.is_numeric() && of != *common {
        *value = std::mem::take(value).cast_to(common, schema)?;
    }
    Ok(())
}

/// The type in which two numbers are compared, if the engine has none that represents both.
fn compared(left: &DataType, right: &DataType) -> Option<DataType> {
    match (left.is_decimal(), right.is_decimal()) {
        (true, _) if right.is_floating() => Some(DataType::Float64),
        (_, true) if left.is_floating() => Some(DataType::Float64),
        (false, false) => None,
        _ => wide(left, right),
    }
}

/// The decimal of all digits of two, if these are more than one of 38 has.
fn wide(left: &DataType, right: &DataType) -> Option<DataType> {
    let ((left, s1), (right, s2)) = (digits(left)?, digits(right)?);
    let scale = s1.max(s2);
    let precision = left.max(right) + scale;
    let wide = precision > i16::from(DIGITS);
    let digits = || u8::try_from(precision).ok().zip(i8::try_from(scale).ok());
    let (precision, scale) = wide.then(digits).flatten()?;
    Some(DataType::Decimal256(precision, scale))
}

/// Digits before and after the point.
fn digits(of: &DataType) -> Option<(i16, i16)> {
    use DataType::{Decimal32, Decimal64, Decimal128, Decimal256};
    let (precision, scale) = match of {
        Decimal32(precision, scale)
        | Decimal64(precision, scale)
        | Decimal128(precision, scale)
        | Decimal256(precision, scale) => (i16::from(*precision), i16::from(*scale)),
        of if of.is_integer() => (20, 0),
        _ => return None,
    };
    Some((precision - scale, scale))
}

/// Rejects decimals of more digits than are checked, except those that are only compared.
pub(super) fn narrow(plan: &LogicalPlan) -> Result<()> {
    plan.apply_with_subqueries(|step| {
        let schema = schema(step)?;
        let keys = matches!(step, LogicalPlan::Join(_));
        step.apply_expressions(|expr| {
            let checked = if keys { side(expr, &schema) } else { within(expr, &schema) };
            checked.map(|()| TreeNodeRecursion::Continue)
        })
    })?;
    Ok(())
}

fn within(expr: &Expr, schema: &DFSchema) -> Result<()> {
    if let Ok(of @ DataType::Decimal256(..)) = expr.get_type(schema) {
        let said = Diagnostic::new_error("a decimal of more than 38 digits", span(expr));
        let name = expr.schema_name();
        return plan_err!("'{name}' is {of}, and decimals have at most 38 digits"; diagnostic = said);
    }
    let compares = match expr {
        Expr::BinaryExpr(BinaryExpr { op, .. }) => op.supports_propagation(),
        Expr::Case(Case { expr, .. }) => expr.is_some(),
        Expr::Between(_) | Expr::InList(_) => true,
        _ => false,
    };
    expr.apply_children(|part| {
        let checked = if compares { side(part, schema) } else { within(part, schema) };
        checked.map(|()| TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

/// What is compared may be cast to more digits.
fn side(expr: &Expr, schema: &DFSchema) -> Result<()> {
    match expr {
        Expr::Cast(Cast { expr, field })
            if matches!(field.data_type(), DataType::Decimal256(..)) =>
        {
            within(expr, schema)
        }
        other => within(other, schema),
    }
}
