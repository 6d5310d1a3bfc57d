//! Variances of integers and decimals from all of their digits.
//!
//! The engine makes floats of them first, whose digits end at the sixteenth: of two amounts of
//! 9,000,000,000,000,000.01 and a unit more it finds the variance 2. Here the sums of values and of
//! their squares are whole numbers of 256 bits, so that they do not depend on the order of rows
//! either, and what leaves a window leaves nothing behind. Floats are left to the engine.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, Field, FieldRef, Int64Type, i256,
};
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_datafusion_err, internal_err};
use datafusion::functions_aggregate::{stddev, variance};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    Signature, Volatility,
};

use super::window::Window;

/// Digits of the sums while they are handed over.
const STATE: DataType = DataType::Decimal256(76, 0);

/// The variances and standard deviations of samples and of populations.
pub(super) fn all() -> Vec<AggregateUDF> {
    let kinds = [
        (variance::var_samp_udaf(), true, false),
        (variance::var_pop_udaf(), false, false),
        (stddev::stddev_udaf(), true, true),
        (stddev::stddev_pop_udaf(), false, true),
    ];
    let made = kinds.map(|(engine, of_sample, root)| {
        let signature = Signature::user_defined(Volatility::Immutable);
        AggregateUDF::new_from_impl(Spread { engine, of_sample, root, signature })
    });
    made.into()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Spread {
    engine: Arc<AggregateUDF>,
    of_sample: bool,
    root: bool,
    signature: Signature,
}

impl Spread {
    fn is_exact(field: &FieldRef) -> bool {
        field.data_type().is_decimal()
    }

    fn sums(&self, field: &FieldRef) -> Sums {
        let scale = match field.data_type() {
            DataType::Decimal128(_, scale) => *scale,
            _ => 0,
        };
        let (of_sample, root) = (self.of_sample, self.root);
        Sums { of_sample, root, scale, n: 0, sum: i256::ZERO, squares: i256::ZERO }
    }
}

impl AggregateUDFImpl for Spread {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn aliases(&self) -> &[String] {
        self.engine.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        Ok(match given {
            [DataType::Decimal128(precision, scale)] => {
                vec![DataType::Decimal128(*precision, *scale)]
            }
            [whole] if whole.is_integer() => vec![DataType::Decimal128(20, 0)],
            [_] => vec![DataType::Float64],
            // As many as there are is said by the engine.
            other => other.to_vec(),
        })
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let [_] = types else { return self.engine.return_type(types) };
        Ok(DataType::Float64)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        if args.is_distinct || !Self::is_exact(&args.input_fields[0]) {
            return self.engine.state_fields(args);
        }
        let field =
            |part: &str, of| Arc::new(Field::new(format!("{}[{part}]", args.name), of, true));
        Ok(vec![field("n", DataType::Int64), field("sum", STATE), field("squares", STATE)])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let field = Arc::clone(&args.expr_fields[0]);
        match (Self::is_exact(&field), args.is_distinct) {
            (true, false) => Ok(Box::new(self.sums(&field))),
            (true, true) => Ok(Box::new(AsFloats(self.engine.accumulator(args)?))),
            _ => self.engine.accumulator(args),
        }
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match Self::is_exact(&args.expr_fields[0]) && !args.is_distinct {
            true => Ok(Box::new(self.sums(&args.expr_fields[0]))),
            false => Ok(Box::new(Window::new(&self.engine, &args))),
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !Self::is_exact(&args.expr_fields[0]) && self.engine.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.engine.create_groups_accumulator(args)
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.engine.documentation()
    }
}

/// How many values there are, their sum, and the sum of their squares, in units of the last digit.
#[derive(Debug)]
struct Sums {
    of_sample: bool,
    root: bool,
    scale: i8,
    n: i64,
    sum: i256,
    squares: i256,
}

impl Sums {
    fn add(&mut self, n: i64, sum: i256, squares: i256) -> Result<()> {
        self.n += n;
        self.sum = self.sum.checked_add(sum).ok_or_else(too_many)?;
        self.squares = self.squares.checked_add(squares).ok_or_else(too_many)?;
        Ok(())
    }

    fn each(&mut self, values: &ArrayRef, sign: i64) -> Result<()> {
        let signed = i256::from(sign);
        for value in values.as_primitive::<Decimal128Type>().iter().flatten() {
            let value = i256::from_i128(value);
            let square = value.checked_mul(value).ok_or_else(too_many)?;
            self.add(sign, value.wrapping_mul(signed), square.wrapping_mul(signed))?;
        }
        Ok(())
    }

    /// n Σx² − (Σx)², over n² or n (n − 1).
    fn variance(&self) -> Result<Option<f64>> {
        let freedom = self.n - i64::from(self.of_sample);
        if freedom < 1 {
            return Ok(None);
        }
        let spread = i256::from(self.n).checked_mul(self.squares).ok_or_else(too_many)?;
        let square = self.sum.checked_mul(self.sum).ok_or_else(too_many)?;
        let spread = spread.checked_sub(square).ok_or_else(too_many)?;
        let unit = 10_f64.powi(-2 * i32::from(self.scale));
        Ok(Some(nearest(spread) / (self.n as f64 * freedom as f64) * unit))
    }
}

fn too_many() -> DataFusionError {
    exec_datafusion_err!("the squares of these values have too many digits")
}

/// The float nearest to a wide number.
fn nearest(value: i256) -> f64 {
    value.to_string().parse().unwrap_or(f64::NAN)
}

impl Accumulator for Sums {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.each(&values[0], 1)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.each(&values[0], -1)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let variance = self.variance()?;
        Ok(ScalarValue::Float64(variance.map(|it| if self.root { it.sqrt() } else { it })))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let wide = |sum| ScalarValue::Decimal256(Some(sum), 76, 0);
        Ok(vec![ScalarValue::from(self.n), wide(self.sum), wide(self.squares)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [n, sum, squares] = states else { return internal_err!("three parts of a variance") };
        let n = n.as_primitive::<Int64Type>().values();
        let sum = sum.as_primitive::<Decimal256Type>().values();
        let squares = squares.as_primitive::<Decimal256Type>().values();
        n.iter()
            .zip(sum)
            .zip(squares)
            .try_for_each(|((n, sum), squares)| self.add(*n, *sum, *squares))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }
}

/// Distinct values, which the engine keeps as floats.
#[derive(Debug)]
struct AsFloats(Box<dyn Accumulator>);

impl Accumulator for AsFloats {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.update_batch(&[cast(&values[0], &DataType::Float64)?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.0.evaluate()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.0.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.0.merge_batch(states)
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
