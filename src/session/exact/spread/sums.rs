//! Sums of values and of their products, and what follows from them.
//!
//! n pairs have Sxy = Σxy − Σx Σy / n, and so for two of x or two of y. n Sxy is an integer, which
//! is computed here from exact sums, and rounded once.

use std::fmt::Debug;
use std::iter::zip;

use datafusion::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray};
use datafusion::arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, FieldRef, Float64Type, Int64Type, i256,
};
use datafusion::common::{
    DataFusionError, Result, ScalarValue, exec_datafusion_err, internal_datafusion_err,
    internal_err,
};
use datafusion::logical_expr::Accumulator;
use num_bigint::BigInt;

use crate::session::exact::superaccumulator::{Superaccumulator, Total};

/// Which columns each product is of; of one column there is the first only.
const PAIRS: [(usize, usize); 3] = [(0, 0), (0, 1), (1, 1)];

/// The statistic computed from the sums. The first column is y, the second x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    Variance { of_sample: bool },
    Deviation { of_sample: bool },
    Covariance { of_sample: bool },
    Correlation,
    Slope,
    Intercept,
    RSquared,
    Mean(usize),
    Products(usize, usize),
}

/// The names of the sums of one column or of two.
pub(super) fn parts(columns: usize) -> impl Iterator<Item = &'static str> {
    let sums = ["y", "x"].into_iter().take(columns);
    sums.chain(["yy", "yx", "xx"].into_iter().take(products(columns)))
}

fn products(columns: usize) -> usize {
    columns * (columns + 1) / 2
}

/// A sum that loses nothing.
pub(super) trait Lossless: Debug + Default + Send + Sync + 'static {
    type Of: ArrowPrimitiveType;
    /// Its state for exchange between partitions.
    const STATE: DataType;

    /// Adds a value, or removes it with −1.
    fn value(&mut self, value: Native<Self>, times: i64) -> Result<()>;
    /// Adds a product, or removes it with −1.
    fn product(&mut self, one: Native<Self>, other: Native<Self>, times: i64) -> Result<()>;
    fn state(&self) -> ScalarValue;
    fn merge(&mut self, states: &ArrayRef) -> Result<()>;
    fn total(&self) -> Total;
    /// The sum if a term was NaN or infinite.
    fn not_finite(&self) -> Option<f64>;
    fn allocated(&self) -> usize;
}

type Native<S> = <<S as Lossless>::Of as ArrowPrimitiveType>::Native;

/// Of decimals, in units of their last digits.
impl Lossless for i256 {
    type Of = Decimal128Type;
    const STATE: DataType = DataType::Decimal256(76, 0);

    fn value(&mut self, value: i128, times: i64) -> Result<()> {
        *self = plus(*self, Self::from_i128(value).wrapping_mul(Self::from(times)))?;
        Ok(())
    }

    fn product(&mut self, one: i128, other: i128, times: i64) -> Result<()> {
        let product = Self::from_i128(one).checked_mul(Self::from_i128(other));
        let product = product.ok_or_else(too_many)?.wrapping_mul(Self::from(times));
        *self = plus(*self, product)?;
        Ok(())
    }

    fn state(&self) -> ScalarValue {
        ScalarValue::Decimal256(Some(*self), 76, 0)
    }

    fn merge(&mut self, states: &ArrayRef) -> Result<()> {
        let mut parts = states.as_primitive::<Decimal256Type>().values().iter();
        parts.try_for_each(|part| plus(*self, *part).map(|both| *self = both))
    }

    fn total(&self) -> Total {
        BigInt::from_signed_bytes_le(&self.to_le_bytes()).into()
    }

    fn not_finite(&self) -> Option<f64> {
        None
    }

    fn allocated(&self) -> usize {
        0
    }
}

fn plus(one: i256, other: i256) -> Result<i256> {
    one.checked_add(other).ok_or_else(too_many)
}

fn too_many() -> DataFusionError {
    exec_datafusion_err!("the products of these values have too many digits")
}

impl Lossless for Superaccumulator {
    type Of = Float64Type;
    const STATE: DataType = DataType::Binary;

    fn value(&mut self, value: f64, times: i64) -> Result<()> {
        self.add(value, times);
        Ok(())
    }

    fn product(&mut self, one: f64, other: f64, times: i64) -> Result<()> {
        self.add_product(one, other, times);
        Ok(())
    }

    fn state(&self) -> ScalarValue {
        ScalarValue::Binary(Some(self.to_bytes()))
    }

    fn merge(&mut self, states: &ArrayRef) -> Result<()> {
        states.as_binary::<i32>().iter().try_for_each(|state| {
            let part = state.and_then(Self::of_bytes);
            self.merge(&part.ok_or_else(|| internal_datafusion_err!("a state that is no sum"))?);
            Ok(())
        })
    }

    fn total(&self) -> Total {
        self.total()
    }

    fn not_finite(&self) -> Option<f64> {
        self.not_finite()
    }

    fn allocated(&self) -> usize {
        self.allocated()
    }
}

/// How many rows there are, and the sums of their values and of their products.
#[derive(Debug)]
pub(super) struct Sums<S> {
    answer: Answer,
    scales: Vec<i32>,
    n: i64,
    values: Vec<S>,
    products: Vec<S>,
}

impl<S: Lossless> Sums<S> {
    pub(super) fn new(answer: Answer, fields: &[FieldRef]) -> Self {
        let scale = |field: &FieldRef| match field.data_type() {
            DataType::Decimal128(_, scale) => i32::from(*scale),
            _ => 0,
        };
        let zeros = |many| std::iter::repeat_with(S::default).take(many).collect();
        let (values, products) = (zeros(fields.len()), zeros(products(fields.len())));
        Self { answer, scales: fields.iter().map(scale).collect(), n: 0, values, products }
    }

    /// Adds rows, or removes them with −1. Rows with a NULL are ignored.
    fn each(&mut self, columns: &[ArrayRef], times: i64) -> Result<()> {
        let columns: Vec<_> = columns.iter().map(AsArray::as_primitive::<S::Of>).collect();
        for row in 0..columns[0].len() {
            if columns.iter().any(|column| column.is_null(row)) {
                continue;
            }
            let at = |column: usize| columns[column].value(row);
            self.n += times;
            for (column, sum) in self.values.iter_mut().enumerate() {
                sum.value(at(column), times)?;
            }
            for (sum, (one, other)) in zip(&mut self.products, PAIRS) {
                sum.product(at(one), at(other), times)?;
            }
        }
        Ok(())
    }

    fn n(&self) -> Total {
        BigInt::from(self.n).into()
    }

    fn product(&self, one: usize, other: usize) -> Total {
        let at = PAIRS.iter().position(|pair| *pair == (one, other));
        at.map_or_else(|| BigInt::ZERO.into(), |at| self.products[at].total())
    }

    /// n Σab − Σa Σb.
    fn about_means(&self, one: usize, other: usize) -> Total {
        let together = self.values[one].total().times(&self.values[other].total());
        self.n().times(&self.product(one, other)).less(&together)
    }

    /// Sab of two columns over a number above 0.
    fn spread(&self, one: usize, other: usize, over: i64) -> f64 {
        let scale = self.scales[one] + self.scales[other];
        let n = self.n().times(&BigInt::from(over).into());
        ratio(&self.about_means(one, other), &n, scale)
    }

    fn mean(&self, column: usize) -> f64 {
        let sum = &self.values[column];
        sum.not_finite().unwrap_or_else(|| ratio(&sum.total(), &self.n(), self.scales[column]))
    }

    /// Sab over n, or over n − 1.
    fn moment(&self, one: usize, other: usize, of_sample: bool) -> Option<f64> {
        let freedom = self.n - i64::from(of_sample);
        (freedom > 0).then(|| self.spread(one, other, freedom))
    }

    /// Sxy² / (Sxx Syy), and Sxy.
    fn explained(&self) -> Option<(f64, Total)> {
        let (y, x) = (self.about_means(0, 0), self.about_means(1, 1));
        let together = self.about_means(0, 1);
        let both = y.is_positive() && x.is_positive();
        both.then(|| (together.times(&together).over(&y.times(&x)), together))
    }

    fn correlation(&self) -> Option<f64> {
        let (explained, together) = self.explained()?;
        let size = explained.sqrt();
        Some(if together.is_positive() { size } else { 0.0 - size })
    }

    fn slope(&self) -> Option<f64> {
        let x = self.about_means(1, 1);
        let scale = self.scales[0] - self.scales[1];
        x.is_positive().then(|| ratio(&self.about_means(0, 1), &x, scale))
    }

    /// (Σy Σx² − Σx Σxy) / (n Σx² − (Σx)²), which is accurate even if y is far from the intercept.
    fn intercept(&self) -> Option<f64> {
        let x = self.about_means(1, 1);
        let one = self.values[0].total().times(&self.product(1, 1));
        let other = self.values[1].total().times(&self.product(0, 1));
        x.is_positive().then(|| ratio(&one.less(&other), &x, self.scales[0]))
    }

    fn answer(&self) -> Option<f64> {
        if self.n == 0 {
            return None;
        }
        if let Answer::Mean(column) = self.answer {
            return Some(self.mean(column));
        }
        if self.values.iter().chain(&self.products).any(|sum| sum.not_finite().is_some()) {
            return Some(f64::NAN);
        }
        match self.answer {
            Answer::Variance { of_sample } => self.moment(0, 0, of_sample),
            Answer::Deviation { of_sample } => self.moment(0, 0, of_sample).map(f64::sqrt),
            Answer::Covariance { of_sample } => self.moment(0, 1, of_sample),
            Answer::Correlation => self.correlation(),
            Answer::Slope => self.slope(),
            Answer::Intercept => self.intercept(),
            Answer::RSquared => self.explained().map(|(share, _)| share),
            Answer::Mean(column) => Some(self.mean(column)),
            Answer::Products(one, other) => Some(self.spread(one, other, 1)),
        }
    }
}

/// One number over another that is above 0, divided by a power of ten.
fn ratio(one: &Total, other: &Total, scale: i32) -> f64 {
    let unit = Total::from(BigInt::from(10).pow(scale.unsigned_abs()));
    if scale < 0 { one.times(&unit).over(other) } else { one.over(&other.times(&unit)) }
}

impl<S: Lossless> Accumulator for Sums<S> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.each(values, 1)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.each(values, -1)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.answer()))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sums = self.values.iter().chain(&self.products).map(S::state);
        Ok(std::iter::once(ScalarValue::from(self.n)).chain(sums).collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [n, parts @ ..] = states else { return internal_err!("a state without a count") };
        self.n += n.as_primitive::<Int64Type>().values().iter().sum::<i64>();
        let sums = self.values.iter_mut().chain(&mut self.products);
        zip(sums, parts).try_for_each(|(sum, part)| sum.merge(part))
    }

    fn size(&self) -> usize {
        let sums = self.values.iter().chain(&self.products);
        let held = sums.map(|sum| size_of::<S>() + sum.allocated()).sum::<usize>();
        size_of::<Self>() + held + self.scales.capacity() * size_of::<i32>()
    }
}
