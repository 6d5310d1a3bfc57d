//! Sums of values and of their products, and what follows from them.
//!
//! n pairs have Sxy = Σxy − Σx Σy / n, and so for two of x or two of y. Whole is n Sxy, which is what
//! is kept here, in units of the last digits.

use std::iter::zip;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, FieldRef, Int64Type, i256,
};
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_datafusion_err, internal_err};
use datafusion::logical_expr::Accumulator;

/// Digits of the sums while they are handed over.
pub(super) const STATE: DataType = DataType::Decimal256(76, 0);

/// Which columns each product is of; of one column there is the first only.
const PAIRS: [(usize, usize); 3] = [(0, 0), (0, 1), (1, 1)];

/// What is asked of the sums. The first column is y, the second x.
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

/// How many rows there are, and the sums of their values and of their products.
#[derive(Debug)]
pub(super) struct Sums {
    answer: Answer,
    scales: Vec<i32>,
    n: i64,
    values: Vec<i256>,
    products: Vec<i256>,
}

impl Sums {
    pub(super) fn new(answer: Answer, fields: &[FieldRef]) -> Self {
        let scale = |field: &FieldRef| match field.data_type() {
            DataType::Decimal128(_, scale) => i32::from(*scale),
            _ => 0,
        };
        let zeros = |many| vec![i256::ZERO; many];
        let (values, products) = (zeros(fields.len()), zeros(products(fields.len())));
        Self { answer, scales: fields.iter().map(scale).collect(), n: 0, values, products }
    }

    /// Takes rows in, or with −1 out. A row with a NULL is none.
    fn each(&mut self, columns: &[ArrayRef], sign: i64) -> Result<()> {
        let columns: Vec<_> = columns.iter().map(AsArray::as_primitive::<Decimal128Type>).collect();
        let signed = i256::from(sign);
        for row in 0..columns[0].len() {
            if columns.iter().any(|column| column.is_null(row)) {
                continue;
            }
            let at = |column: usize| i256::from_i128(columns[column].value(row));
            self.n += sign;
            for (column, sum) in self.values.iter_mut().enumerate() {
                *sum = plus(*sum, at(column).wrapping_mul(signed))?;
            }
            for (sum, (one, other)) in zip(&mut self.products, PAIRS) {
                *sum = plus(*sum, times(at(one), at(other))?.wrapping_mul(signed))?;
            }
        }
        Ok(())
    }

    fn product(&self, one: usize, other: usize) -> i256 {
        let at = PAIRS.iter().position(|pair| *pair == (one, other));
        at.map_or(i256::ZERO, |at| self.products[at])
    }

    /// n Σab − Σa Σb.
    fn about_means(&self, one: usize, other: usize) -> Result<i256> {
        let all = times(i256::from(self.n), self.product(one, other))?;
        minus(all, times(self.values[one], self.values[other])?)
    }

    /// Sab of two columns.
    fn spread(&self, one: usize, other: usize) -> Result<f64> {
        let unit = self.scales[one] + self.scales[other];
        Ok(ratio(self.about_means(one, other)?, i256::from(self.n), unit))
    }

    fn mean(&self, column: usize) -> f64 {
        ratio(self.values[column], i256::from(self.n), self.scales[column])
    }

    /// Sab over n, or over n − 1.
    fn moment(&self, one: usize, other: usize, of_sample: bool) -> Result<Option<f64>> {
        let freedom = self.n - i64::from(of_sample);
        (freedom > 0).then(|| Ok(self.spread(one, other)? / freedom as f64)).transpose()
    }

    fn correlation(&self) -> Result<Option<f64>> {
        let (y, x) = (nearest(self.about_means(0, 0)?), nearest(self.about_means(1, 1)?));
        let together = nearest(self.about_means(0, 1)?);
        Ok((y > 0.0 && x > 0.0).then(|| (together / (y * x).sqrt()).clamp(-1.0, 1.0)))
    }

    fn slope(&self) -> Result<Option<f64>> {
        let x = self.spread(1, 1)?;
        let together = self.spread(0, 1)?;
        Ok((x > 0.0).then(|| together / x))
    }

    /// (Σy Σx² − Σx Σxy) / (n Σx² − (Σx)²), which loses nothing where y lies far from its line's start.
    fn intercept(&self) -> Result<Option<f64>> {
        let x = self.about_means(1, 1)?;
        let one = times(self.values[0], self.product(1, 1))?;
        let other = times(self.values[1], self.product(0, 1))?;
        let start = minus(one, other)?;
        Ok((x > i256::ZERO).then(|| ratio(start, x, self.scales[0])))
    }

    fn answer(&self) -> Result<Option<f64>> {
        if self.n == 0 {
            return Ok(None);
        }
        match self.answer {
            Answer::Variance { of_sample } => self.moment(0, 0, of_sample),
            Answer::Deviation { of_sample } => Ok(self.moment(0, 0, of_sample)?.map(f64::sqrt)),
            Answer::Covariance { of_sample } => self.moment(0, 1, of_sample),
            Answer::Correlation => self.correlation(),
            Answer::Slope => self.slope(),
            Answer::Intercept => self.intercept(),
            Answer::RSquared => Ok(self.correlation()?.map(|it| it * it)),
            Answer::Mean(column) => Ok(Some(self.mean(column))),
            Answer::Products(one, other) => self.spread(one, other).map(Some),
        }
    }
}

fn plus(one: i256, other: i256) -> Result<i256> {
    one.checked_add(other).ok_or_else(too_many)
}

fn minus(one: i256, other: i256) -> Result<i256> {
    one.checked_sub(other).ok_or_else(too_many)
}

fn times(one: i256, other: i256) -> Result<i256> {
    one.checked_mul(other).ok_or_else(too_many)
}

fn too_many() -> DataFusionError {
    exec_datafusion_err!("the products of these values have too many digits")
}

/// The float nearest to a wide number.
fn nearest(value: i256) -> f64 {
    value.to_string().parse().unwrap_or(f64::NAN)
}

/// One number over another that is greater than 0, with the point so many digits to the left.
fn ratio(one: i256, other: i256, scale: i32) -> f64 {
    let units = u32::try_from(scale).ok().and_then(|scale| i256::from(10).checked_pow(scale));
    match units.and_then(|units| units.checked_mul(other)) {
        Some(other) => {
            let (whole, rest) = (one.wrapping_div(other), one.wrapping_rem(other));
            nearest(whole) + nearest(rest) / nearest(other)
        }
        None => nearest(one) / nearest(other) * 10_f64.powi(-scale),
    }
}

impl Accumulator for Sums {
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
        self.answer().map(ScalarValue::Float64)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let wide = |sum: &i256| ScalarValue::Decimal256(Some(*sum), 76, 0);
        let sums = self.values.iter().chain(&self.products).map(wide);
        Ok(std::iter::once(ScalarValue::from(self.n)).chain(sums).collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [n, parts @ ..] = states else { return internal_err!("a state without a count") };
        self.n += n.as_primitive::<Int64Type>().values().iter().sum::<i64>();
        let sums = self.values.iter_mut().chain(&mut self.products);
        zip(sums, parts).try_for_each(|(sum, part)| {
            let mut parts = part.as_primitive::<Decimal256Type>().values().iter();
            parts.try_for_each(|part| plus(*sum, *part).map(|both| *sum = both))
        })
    }

    fn size(&self) -> usize {
        let wide = self.values.capacity() + self.products.capacity();
        size_of::<Self>() + wide * size_of::<i256>() + self.scales.capacity() * size_of::<i32>()
    }
}
