//! Path models compared with results of other programs, and
//! invariants of any survey.

use proptest::prelude::*;
use rand::Rng;

use super::*;

mod invariants;
mod published;

/// 250 customers of mobile phone providers, 24 items from 1 to 10.
const MOBI: &str = include_str!("../../../../tests/data/ecsi_mobi/mobi.csv");

/// The European customer satisfaction index.
const ECSI: &str = "
    Image        =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
    Expectation  =~ CUEX1 + CUEX2 + CUEX3
    Quality      =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7
    Value        =~ PERV1 + PERV2
    Satisfaction =~ CUSA1 + CUSA2 + CUSA3
    Complaints   =~ CUSCO
    Loyalty      =~ CUSL1 + CUSL2 + CUSL3
    Expectation  ~ Image
    Quality      ~ Expectation
    Value        ~ Expectation + Quality
    Satisfaction ~ Image + Expectation + Quality + Value
    Complaints   ~ Satisfaction
    Loyalty      ~ Image + Satisfaction + Complaints";

const NAMES: [&str; 7] =
    ["Image", "Expectation", "Quality", "Value", "Satisfaction", "Complaints", "Loyalty"];

fn mobi() -> (Vec<String>, Vec<Vec<f64>>) {
    let mut lines = MOBI.lines();
    let names = lines.next().expect("a header").replace('"', "");
    let number = |text: &str| text.parse().expect("a number");
    let rows = lines.map(|line| line.split(',').map(number).collect()).collect();
    (names.split(',').map(String::from).collect(), rows)
}

fn sample_of(rows: &[Vec<f64>]) -> Sample {
    let mut sample = Sample::new(rows[0].len());
    for row in rows {
        sample.push(row, 1.0, 1).expect("finite");
    }
    sample
}

fn ecsi(metric: Metric) -> (PathModel, Fitted) {
    let (names, rows) = mobi();
    let model = PathModel::parse(ECSI, &names).expect("a model");
    let settings = Settings { metric, resamples: 0, ..Settings::default() };
    let estimate = estimate(&sample_of(&rows), &model, &settings).expect("on the scale");
    let estimate = estimate.expect("people");
    assert_eq!((estimate.n, estimate.flags), (250, vec![]));
    (model, estimate.fitted.expect("fitted"))
}

fn close(name: &str, got: impl IntoIterator<Item = f64>, want: &[f64], tolerance: f64) {
    let got: Vec<f64> = got.into_iter().collect();
    assert_eq!(got.len(), want.len(), "{name}: {got:?}");
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() < tolerance, "{name}: got {got}, want {want}");
    }
}

/// A path by the names of its ends.
fn coefficient(fitted: &Fitted, from: &str, to: &str) -> f64 {
    let place = |name| NAMES.iter().position(|known| *known == name);
    let named = |path: &&PathEstimate| {
        (Some(path.path.from), Some(path.path.to)) == (place(from), place(to))
    };
    fitted.paths.iter().find(named).expect("a path").coefficient
}

fn coefficients(fitted: &Fitted) -> Vec<f64> {
    [
        ("Image", "Expectation"),
        ("Expectation", "Quality"),
        ("Expectation", "Value"),
        ("Quality", "Value"),
        ("Image", "Satisfaction"),
        ("Expectation", "Satisfaction"),
        ("Quality", "Satisfaction"),
        ("Value", "Satisfaction"),
        ("Satisfaction", "Complaints"),
        ("Image", "Loyalty"),
        ("Satisfaction", "Loyalty"),
        ("Complaints", "Loyalty"),
    ]
    .map(|(from, to)| coefficient(fitted, from, to))
    .to_vec()
}

fn r_squared(fitted: &Fitted) -> Vec<f64> {
    fitted.constructs.iter().filter_map(|construct| construct.r_squared).collect()
}

fn indices(fitted: &Fitted) -> Vec<f64> {
    fitted.constructs.iter().filter_map(|construct| construct.index).collect()
}
