//! Variances, covariances and regressions of integers and decimals from all of their digits.
//!
//! The engine makes floats of them first, whose digits end at the sixteenth: of two amounts of
//! 9,000,000,000,000,000.01 and a unit more it finds the variance 2. Here sums of values and of their
//! products are whole numbers of 256 bits ([`sums`]), so that they do not depend on the order of rows
//! either, and what leaves a window leaves nothing behind. Floats are left to the engine.

mod sums;

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::functions_aggregate::{correlation, covariance, regr, stddev, variance};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    Signature, Volatility,
};

use self::sums::{Answer, STATE, Sums};
use super::window::Window;

/// The aggregates of squares and products.
pub(super) fn all() -> Vec<AggregateUDF> {
    use Answer::{
        Correlation, Covariance, Deviation, Intercept, Mean, Products, RSquared, Slope, Variance,
    };
    let kinds = [
        (variance::var_samp_udaf(), 1, Variance { of_sample: true }),
        (variance::var_pop_udaf(), 1, Variance { of_sample: false }),
        (stddev::stddev_udaf(), 1, Deviation { of_sample: true }),
        (stddev::stddev_pop_udaf(), 1, Deviation { of_sample: false }),
        (covariance::covar_samp_udaf(), 2, Covariance { of_sample: true }),
        (covariance::covar_pop_udaf(), 2, Covariance { of_sample: false }),
        (correlation::corr_udaf(), 2, Correlation),
        (regr::regr_slope_udaf(), 2, Slope),
        (regr::regr_intercept_udaf(), 2, Intercept),
        (regr::regr_r2_udaf(), 2, RSquared),
        (regr::regr_avgy_udaf(), 2, Mean(0)),
        (regr::regr_avgx_udaf(), 2, Mean(1)),
        (regr::regr_syy_udaf(), 2, Products(0, 0)),
        (regr::regr_sxy_udaf(), 2, Products(0, 1)),
        (regr::regr_sxx_udaf(), 2, Products(1, 1)),
    ];
    let made = kinds.map(|(engine, columns, answer)| {
        let signature = Signature::user_defined(Volatility::Immutable);
        AggregateUDF::new_from_impl(Spread { engine, columns, answer, signature })
    });
    made.into()
}

/// An aggregate of one column, or of the first (y) and the second (x) of two.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Spread {
    engine: Arc<AggregateUDF>,
    columns: usize,
    answer: Answer,
    signature: Signature,
}

fn is_exact(fields: &[FieldRef]) -> bool {
    fields.iter().all(|field| field.data_type().is_decimal())
}

/// The decimal that holds all digits of a type.
fn exact(of: &DataType) -> Option<DataType> {
    match of {
        DataType::Decimal128(..) => Some(of.clone()),
        whole if whole.is_integer() => Some(DataType::Decimal128(20, 0)),
        _ => None,
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
        let (name, expected, found) = (self.name(), self.columns, given.len());
        if found != expected {
            return plan_err!("{name} expects {expected} arguments, and has {found}");
        }
        let exact: Option<Vec<_>> = given.iter().map(exact).collect();
        Ok(exact.unwrap_or_else(|| vec![DataType::Float64; expected]))
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        if args.is_distinct || !is_exact(args.input_fields) {
            return self.engine.state_fields(args);
        }
        let field = |(part, of)| Arc::new(Field::new(format!("{}[{part}]", args.name), of, true));
        let sums = sums::parts(self.columns).map(|part| (part, STATE));
        Ok(std::iter::once(("n", DataType::Int64)).chain(sums).map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match (is_exact(args.expr_fields), args.is_distinct) {
            (true, false) => Ok(Box::new(Sums::new(self.answer, args.expr_fields))),
            (true, true) => Ok(Box::new(AsFloats(self.engine.accumulator(args)?))),
            _ => self.engine.accumulator(args),
        }
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match is_exact(args.expr_fields) && !args.is_distinct {
            true => Ok(Box::new(Sums::new(self.answer, args.expr_fields))),
            false => Ok(Box::new(Window::new(&self.engine, &args))),
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !is_exact(args.expr_fields) && self.engine.groups_accumulator_supported(args)
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

/// Distinct values, which the engine keeps as floats.
#[derive(Debug)]
struct AsFloats(Box<dyn Accumulator>);

impl Accumulator for AsFloats {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let floats: Result<Vec<_>, _> =
            values.iter().map(|it| cast(it, &DataType::Float64)).collect();
        self.0.update_batch(&floats?)
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
