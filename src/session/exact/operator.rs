//! `+ - * / %` of integers and decimals, `<< >>` of integers: the exact result, rounded only by
//! division, or an error.
//!
//! Integers of every width and sign are computed exactly and returned as int64. Decimals
//! keep the types of the engine, except for division: a quotient has twelve digits after the point
//! (or as many as its numerator), fewer if the digits before the point need the space, at least
//! six.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use datafusion::arrow::compute::try_binary;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Int64Type, UInt64Type, i256};
use datafusion::arrow::error::ArrowError;
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_plan::PhysicalExpr;

use super::chain::{Chain, Link, schema_name, written as written_out};
use super::decimal::{power, quotient, wide_quotient, within, written};
use super::operands::{answered, is_shift, operands};
use crate::diagnostic::Place;
use crate::session::OutOfRange;

/// Why there is no result.
enum Fault {
    Range,
    Zero,
    /// A shift by a negative number or by more bits than there are.
    Bits,
}

/// Whether an expression holds one of these operators.
pub(in crate::session) fn is_part_of(expr: &Arc<dyn PhysicalExpr>) -> bool {
    let operator = |expr: &Arc<dyn PhysicalExpr>| {
        let call = expr.downcast_ref::<ScalarFunctionExpr>();
        Ok(call.is_some_and(|call| call.fun().inner().is::<Exact>()))
    };
    expr.exists(operator).unwrap_or(true)
}

/// `left operator right`, exact.
pub(super) fn call(operator: Operator, place: Option<Place>, left: Expr, right: Expr) -> Expr {
    let signature = Signature::user_defined(Volatility::Immutable);
    let chain = Chain::of::<Exact>(&left, operator, &right);
    ScalarUDF::new_from_impl(Exact { operator, place, signature, chain }).call(vec![left, right])
}

struct Exact {
    operator: Operator,
    place: Option<Place>,
    signature: Signature,
    chain: Chain,
}

impl Link for Exact {
    fn sign(&self) -> Operator {
        self.operator
    }

    fn chain(&self) -> &Chain {
        &self.chain
    }
}

impl ScalarUDFImpl for Exact {
    fn name(&self) -> &str {
        match self.operator {
            Operator::Plus => "exact_add",
            Operator::Minus => "exact_subtract",
            Operator::Multiply => "exact_multiply",
            Operator::Divide => "exact_divide",
            Operator::BitwiseShiftLeft => "exact_shift_left",
            Operator::BitwiseShiftRight => "exact_shift_right",
            _ => "exact_modulo",
        }
    }

    /// Columns are named as if the operator were the engine's.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        Ok(schema_name(self, args))
    }

    fn display_name(&self, args: &[Expr]) -> Result<String> {
        Ok(written_out(self, args, ToString::to_string))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [left, right] = given else {
            return plan_err!("`{}` stands between two values", self.operator);
        };
        let Some((left, right)) = operands(self.operator, left, right) else {
            return plan_err!(
                "Cannot coerce arithmetic expression {left} {} {right} to valid types",
                self.operator
            );
        };
        Ok(vec![left, right])
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let types = self.coerce_types(types)?;
        answered(self.operator, &types[0], &types[1])
    }

    fn is_strict(&self) -> bool {
        true
    }

    /// Errors of constants are reported when the query is planned.
    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        if let [Expr::Literal(left, _), Expr::Literal(right, _)] = args.as_slice()
            && let Some(types) = operands(self.operator, &left.data_type(), &right.data_type())
        {
            let left = left.cast_to(&types.0)?.to_array()?;
            let right = right.cast_to(&types.1)?.to_array()?;
            self.answer(&left, &right, &answered(self.operator, &types.0, &types.1)?)?;
        }
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let sides = ColumnarValue::values_to_arrays(&args.args)?;
        let answer = self.answer(&sides[0], &sides[1], args.return_type())?;
        match constant {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answer, 0)?)),
            false => Ok(ColumnarValue::Array(answer)),
        }
    }
}

impl Exact {
    fn answer(&self, left: &ArrayRef, right: &ArrayRef, returns: &DataType) -> Result<ArrayRef> {
        use DataType::{Decimal128, Int64, UInt64};
        let answer = match (left.data_type(), right.data_type(), returns) {
            (Int64, Int64, _) => self.integers::<Int64Type, Int64Type>(left, right),
            (Int64, UInt64, _) => self.integers::<Int64Type, UInt64Type>(left, right),
            (UInt64, Int64, _) => self.integers::<UInt64Type, Int64Type>(left, right),
            (UInt64, UInt64, _) => self.integers::<UInt64Type, UInt64Type>(left, right),
            (Decimal128(_, s1), Decimal128(_, s2), Decimal128(precision, scale)) => {
                self.decimals((left, *s1), (right, *s2), (*precision, *scale))
            }
            (left, right, _) => {
                return plan_err!("`{}` cannot take {left} and {right}", self.operator);
            }
        };
        answer.map_err(|error| match error {
            ArrowError::ExternalError(error) => error.into(),
            other => other.into(),
        })
    }

    fn integers<L, R>(&self, left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef, ArrowError>
    where
        L: ArrowPrimitiveType<Native: Into<i128>>,
        R: ArrowPrimitiveType<Native: Into<i128>>,
    {
        let each = |left: L::Native, right: R::Native| {
            let (left, right) = (left.into(), right.into());
            let answer = self.whole(left, right);
            let answer = answer.and_then(|it| i64::try_from(it).map_err(|_| Fault::Range));
            answer.map_err(|fault| self.fault(&fault, left, right, "int64"))
        };
        let answer: PrimitiveArray<Int64Type> =
            try_binary(left.as_primitive::<L>(), right.as_primitive::<R>(), each)?;
        Ok(Arc::new(answer))
    }

    fn whole(&self, left: i128, right: i128) -> Result<i128, Fault> {
        let answer = match self.operator {
            Operator::Plus => left.checked_add(right),
            Operator::Minus => left.checked_sub(right),
            Operator::Multiply => left.checked_mul(right),
            operator if is_shift(operator) => return self.shifted(left, right),
            _ if right == 0 => return Err(Fault::Zero),
            Operator::Divide => left.checked_div(right),
            _ => left.checked_rem(right),
        };
        answer.ok_or(Fault::Range)
    }

    fn shifted(&self, left: i128, by: i128) -> Result<i128, Fault> {
        let by = u32::try_from(by).ok().filter(|by| *by < 64).ok_or(Fault::Bits)?;
        match self.operator {
            Operator::BitwiseShiftLeft => left.checked_mul(1 << by).ok_or(Fault::Range),
            _ => Ok(left >> by),
        }
    }

    fn decimals(
        &self,
        (left, s1): (&ArrayRef, i8),
        (right, s2): (&ArrayRef, i8),
        (precision, scale): (u8, i8),
    ) -> Result<ArrayRef, ArrowError> {
        let steps = Steps::new(self.operator, s1, s2, scale);
        let each = |left: i128, right: i128| {
            let answer = self.scaled(&steps, left, right);
            answer.and_then(|value| within(value, precision).ok_or(Fault::Range)).map_err(|fault| {
                let (left, right) = (written(left, s1), written(right, s2));
                self.fault(&fault, left, right, &format!("decimal({precision},{scale})"))
            })
        };
        let answer: PrimitiveArray<Decimal128Type> = try_binary(
            left.as_primitive::<Decimal128Type>(),
            right.as_primitive::<Decimal128Type>(),
            each,
        )?;
        Ok(Arc::new(answer.with_precision_and_scale(precision, scale)?))
    }

    fn scaled(&self, steps: &Steps, left: i128, right: i128) -> Result<i128, Fault> {
        if self.operator == Operator::Divide && right == 0 {
            return Err(Fault::Zero);
        }
        let narrow = steps.narrow.and_then(|(by_left, by_right)| {
            left.checked_mul(by_left).zip(right.checked_mul(by_right))
        });
        match (narrow, self.operator) {
            (Some((left, right)), Operator::Divide) => Ok(quotient(left, right)),
            (Some((left, right)), _) => self.whole(left, right),
            (None, Operator::Divide) => steps.wide(left, right).ok_or(Fault::Range),
            (None, _) => Err(Fault::Range),
        }
    }

    fn fault(
        &self,
        fault: &Fault,
        left: impl fmt::Display,
        right: impl fmt::Display,
        kind: &str,
    ) -> ArrowError {
        let operator = self.operator;
        let (message, help) = match fault {
            Fault::Zero => (
                format!("`{left} {operator} {right}` divides by zero"),
                "divide by `nullif(…, 0)` where NULL is the answer to that; a condition beside it does \
                 not keep zeros away",
            ),
            Fault::Bits => (
                format!("`{left} {operator} {right}` is no shift by 0 to 63 bits"),
                "shift by fewer bits, or say with `case` what the answer is",
            ),
            Fault::Range => (
                format!("`{left} {operator} {right}` is beyond {kind}"),
                "cast to a wider decimal before, or to float64 where digits may be lost",
            ),
        };
        let error = OutOfRange::new(message, help, self.place.as_ref());
        ArrowError::ExternalError(Box::new(error))
    }
}

/// The factors of the operands that give them the same scale; in division,
/// that give the quotient the scale of its type.
struct Steps {
    left: i256,
    right: i256,
    /// The same, where 128 bits hold them.
    narrow: Option<(i128, i128)>,
}

impl Steps {
    fn new(operator: Operator, s1: i8, s2: i8, scale: i8) -> Self {
        let (s1, s2, scale) = (i32::from(s1), i32::from(s2), i32::from(scale));
        let (left, right) = match operator {
            Operator::Multiply => (0, 0),
            Operator::Divide => (scale - s1 + s2, s1 - s2 - scale),
            _ => (scale - s1, scale - s2),
        };
        let step = |exponent: i32| power(exponent.max(0).unsigned_abs());
        let (left, right) = (step(left), step(right));
        Self { left, right, narrow: left.to_i128().zip(right.to_i128()) }
    }

    fn wide(&self, left: i128, right: i128) -> Option<i128> {
        let left = i256::from_i128(left).checked_mul(self.left)?;
        wide_quotient(left, i256::from_i128(right).checked_mul(self.right)?)
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "exact {}", self.operator)
    }
}

// An operator is the same wherever it is written: `group by a + b` is the `a + b` of the select.
impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.operator == other.operator
    }
}

impl Eq for Exact {}

impl Hash for Exact {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.operator.hash(state);
    }
}
