//! The two Parquet files: customers and products.

use std::io;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Decimal128Array, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::error::ArrowError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;

use super::customers::Customer;
use super::orders::Buyer;
use super::products::{Catalogue, Cents, Product};
use super::raw::Raw;
use super::window::Moment;

/// Why a file could not be encoded.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The columns do not make a table.
    #[error("the columns do not make a table")]
    Columns(#[from] ArrowError),
    /// The table could not be written as Parquet.
    #[error("the table cannot be written as Parquet")]
    Parquet(#[from] ParquetError),
    /// The text could not be written.
    #[error("the text cannot be written")]
    Text(#[from] io::Error),
}

pub(super) fn customers(raw: &Raw) -> Result<Vec<u8>, TableError> {
    let rows = &raw.customers;
    let numbers = (0..u32::MAX).take(rows.len());
    let ids = numbers.map(id).collect::<Result<Vec<_>, _>>()?;
    parquet([
        ("customer_id", Arc::new(StringArray::from(ids))),
        ("signed_up_at", times(raw, |row| row.signed_up_at)),
        ("region", texts(rows, |row| row.region)),
        ("acquisition_channel", texts(rows, |row| row.acquisition_channel)),
        ("segment", texts(rows, |row| row.segment)),
        ("birth_year", Arc::new(Int32Array::from_iter_values(rows.iter().map(|r| r.birth_year)))),
        ("acquisition_cost", money(rows, |row| row.acquisition_cost)?),
        ("updated_at", times(raw, |row| row.signed_up_at)),
    ])
}

pub(super) fn products(catalogue: &Catalogue) -> Result<Vec<u8>, TableError> {
    let rows = catalogue.products();
    let ids = (1..=rows.len()).map(|number| format!("P{number:04}"));
    parquet([
        ("product_id", Arc::new(StringArray::from_iter_values(ids))),
        ("product_name", texts(rows, |row: &Product| row.name.as_str())),
        ("category", texts(rows, |row| row.category)),
        ("brand", texts(rows, |row| row.brand)),
        ("list_price", money(rows, |row| row.list_price)?),
        ("unit_cost", money(rows, |row| row.unit_cost)?),
    ])
}

fn id(number: u32) -> Result<String, TableError> {
    let mut out = Vec::with_capacity(8);
    Buyer::Known(number).write(&mut out)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn texts<T>(rows: &[T], text: impl Fn(&T) -> &str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(rows.iter().map(text)))
}

fn times(raw: &Raw, moment: fn(&Customer) -> Moment) -> ArrayRef {
    let micros = raw.customers.iter().map(|row| raw.setting.window.micros(moment(row)));
    Arc::new(TimestampMicrosecondArray::from_iter_values(micros))
}

fn money<T>(rows: &[T], cents: fn(&T) -> Cents) -> Result<ArrayRef, ArrowError> {
    let cents = rows.iter().map(|row| i128::from(cents(row)));
    Ok(Arc::new(Decimal128Array::from_iter_values(cents).with_precision_and_scale(18, 2)?))
}

/// Fixed properties, so that the same rows are always the same bytes.
fn parquet<const N: usize>(columns: [(&str, ArrayRef); N]) -> Result<Vec<u8>, TableError> {
    let batch = RecordBatch::try_from_iter(columns)?;
    let properties = WriterProperties::builder()
        .set_created_by("patronage demo".to_owned())
        .set_compression(Compression::SNAPPY)
        .build();
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(out)
}
