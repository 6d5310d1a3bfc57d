//! Variances, covariances and regressions computed from all digits of their arguments.
//!
//! The engine converts integers and decimals to floats first, which have sixteen digits: for two
//! amounts of 9,000,000,000,000,000.01 and one unit more it finds the variance 2; and it adds
//! floats in the order of arrival. Here sums of values and of their products are exact ([`sums`]),
//! so that they do not depend on the order of rows either, and a value that leaves a window leaves
//! no rounding error behind.

mod distinct;
mod sums;

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, i256};
use datafusion::common::{Result, plan_err};
use datafusion::functions_aggregate::{correlation, covariance, regr, stddev, variance};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, ReversedUDAF, Signature, Volatility,
};

use self::distinct::{Distinct, Keyed};
use self::sums::{Answer, Lossless, Sums};
use super::superaccumulator::Superaccumulator;
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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Spread {
    engine: Arc<AggregateUDF>,
    columns: usize,
    answer: Answer,
    signature: Signature,
}

fn is_decimal(fields: &[FieldRef]) -> bool {
    fields.iter().all(|field| field.data_type().is_decimal())
}

/// The decimal that represents all digits of a type.
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
        let named = |part: &str, of| Field::new(format!("{}[{part}]", args.name), of, true);
        if args.is_distinct {
            let item = Field::new_list_field(args.input_fields[0].data_type().clone(), true);
            return Ok(vec![named("distinct", DataType::List(item.into())).into()]);
        }
        let of = match is_decimal(args.input_fields) {
            true => <i256 as Lossless>::STATE,
            false => <Superaccumulator as Lossless>::STATE,
        };
        let sums = sums::parts(self.columns).map(|part| named(part, of.clone()));
        let count = named("n", DataType::Int64);
        Ok(std::iter::once(count).chain(sums).map(Arc::new).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(match is_decimal(args.expr_fields) {
            true => self.lossless::<i256>(&args),
            false => self.lossless::<Superaccumulator>(&args),
        })
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match args.is_distinct {
            true => {
                Ok(Box::new(Window::new(&AggregateUDF::new_from_impl(self.clone()).into(), &args)))
            }
            false => self.accumulator(args),
        }
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.engine.documentation()
    }
}

impl Spread {
    fn lossless<S: Lossless<Of: Keyed>>(&self, args: &AccumulatorArgs) -> Box<dyn Accumulator> {
        match args.is_distinct {
            true => Box::new(Distinct::<S>::new(self.answer, args.expr_fields)),
            false => Box::new(Sums::<S>::new(self.answer, args.expr_fields)),
        }
    }
}
