//! What papers and other programs print about CDNOW, and what is known to be
//! wrong with some of it: tests only.
//!
//! The sample circulates in two forms. The log gives whole days, which are used
//! everywhere else here as days/7. A table that is often copied has weeks
//! rounded to two decimals, and so other parameters from the fourth digit on.

use crate::kernel::History;
use crate::kernel::beta_geometric::{self, Coin};
use crate::kernel::gamma_gamma::{self, Spend};
use crate::kernel::maths::maximise::Maximum;
use crate::kernel::purchase_model::PurchaseModel;
use crate::kernel::purchase_model::testing::{probability, purchases};
use crate::kernel::testing::{assert_close, history, sample};
use crate::kernel::{nbd, pareto_nbd};

const BG: Coin = Coin::AfterRepeats;
const MBG: Coin = Coin::AfterAll;

/// The sample with weeks rounded to two decimals.
fn rounded() -> Vec<(History, f64)> {
    let round = |weeks: f64| (weeks * 100.0).round() / 100.0;
    let one = |(past, n): (History, f64)| (history(past.x, round(past.t_x), round(past.age)), n);
    sample().into_iter().map(one).collect()
}

fn assert_printed<const N: usize>(fit: Option<Maximum<N>>, parameters: [f64; N], likelihood: f64) {
    let fit = fit.expect("customers");
    for (got, want) in fit.parameters.into_iter().zip(parameters) {
        assert_close(got, want, 1e-8);
    }
    assert!((fit.log_likelihood - likelihood).abs() < 1e-8, "{}", fit.log_likelihood);
    assert!(fit.converged && fit.identified);
}

#[test]
fn weeks_rounded_to_two_decimals_give_the_fits_of_the_rounded_table() {
    assert_printed(
        nbd::fit(rounded()),
        [0.384_767_674_051_841, 12.072_084_990_970_9],
        -9_763.660_222_232_773,
    );
    assert_printed(
        beta_geometric::fit(BG, rounded()),
        [0.242_592_907_204_466, 4.413_531_561_205_42, 0.792_886_148_098_772, 2.425_753_436_493_63],
        -9_582.425_560_567_362,
    );
    assert_printed(
        beta_geometric::fit(MBG, rounded()),
        [0.524_837_983_665_603, 6.182_992_017_192_15, 0.891_356_155_331_516, 1.613_999_334_730_44],
        -9_582.132_684_899_905,
    );
    assert_printed(
        pareto_nbd::fit(rounded()),
        [0.553_275_508_689_542, 10.577_612_238_681_9, 0.606_213_568_673_969, 11.667_911_237_915_9],
        -9_594.973_929_826_861,
    );
}

#[test]
fn no_other_program_gets_higher() {
    // What several of them stop at, on the sample in days/7.
    let best = pareto_nbd::fit(sample()).expect("customers").log_likelihood;
    for stopped in [-9_594.976_198, -9_594.976_606, -9_594.976_180_90] {
        assert!(best > stopped, "{best}");
    }
    let best = beta_geometric::fit(BG, rounded()).expect("customers").log_likelihood;
    assert!(best >= -9_582.425_560_567_362 - 1e-9, "{best}");
}

#[test]
fn a_fit_that_has_nothing_left_to_gain_has_converged() {
    // Where a line search finds no digit to improve, others report failure.
    let weighted = |factor: f64| sample().into_iter().map(move |(past, n)| (past, n * factor));
    for factor in [1e-3, 1.0, 1e6] {
        assert!(beta_geometric::fit(BG, weighted(factor)).expect("customers").converged);
        assert!(beta_geometric::fit(MBG, weighted(factor)).expect("customers").converged);
        assert!(pareto_nbd::fit(weighted(factor)).expect("customers").converged);
        assert!(nbd::fit(weighted(factor)).expect("customers").converged);
    }
}

#[test]
fn the_spreadsheets_example_comes_out() {
    let past = history(2.0, 30.43, 38.86);
    let bg = beta_geometric::Params::new(BG, 0.243, 4.414, 0.793, 2.426).expect("in domain");
    assert_close(bg.p_alive(past), 0.726_578_570_080_673, 1e-13);
    assert_close(purchases(&bg, past, 39.0), 1.226_028_174_767_144, 1e-12);
    let pareto = pareto_nbd::Params::new(0.553, 10.578, 0.606, 11.669).expect("in domain");
    assert_close(purchases(&pareto, past, 39.0), 1.455_123_193_257_602, 1e-12);
    let often = history(26.0, 30.86, 31.0);
    assert_close(pareto.p_alive(often), 0.997_918_731_055_158, 1e-13);
    assert_close(purchases(&pareto, often, 52.0), 25.458_472_951_428_8, 1e-12);
}

#[test]
fn hard_cases_of_the_other_programs_are_easy() {
    // a + b + x − 1 < 0, where the published form is the logarithm of a negative number.
    let few = beta_geometric::Params::new(BG, 0.11, 2.24, 0.31, 0.5).expect("in domain");
    assert_close(purchases(&few, history(0.0, 0.0, 1.0), 30.0), 0.564_588_615_532_784_7, 1e-13);
    // Powers that overflow.
    let heavy = history(1000.0, 10.0, 100.0);
    let best = beta_geometric::Params::new(
        BG,
        0.242_594_522_430_157,
        4.413_602_019_013_51,
        0.792_922_017_225_765,
        2.425_906_776_827,
    )
    .expect("in domain");
    for n in [0.0, 1.0, 500.0, 1e6] {
        let chance = probability(&best, heavy, 39.0, n);
        assert!((0.0..=1.0).contains(&chance), "{chance} at {n}");
    }
    assert_eq!(probability(&best, heavy, 39.0, 0.0).to_bits(), 1.0_f64.to_bits());
    for x in [132.0, 133.0, 5000.0] {
        let pareto = pareto_nbd::Params::new(0.55, 10.58, 0.61, 11.67).expect("in domain");
        let chance = probability(&pareto, history(x, 200.0, 200.0), 10.0, x);
        assert!((0.0..=1.0).contains(&chance), "{chance} at {x}");
    }
}

#[test]
fn means_of_spend_rounded_to_cents_give_the_fit_of_the_rounded_table() {
    let csv = include_str!("../../../tests/data/cdnow/sample.csv");
    let spends = csv.lines().skip(1).map(|line| {
        let numbers: Vec<f64> =
            line.split(',').map(|number| number.parse().expect("a number")).collect();
        let mean = if numbers[0] > 0.0 { (numbers[3] / numbers[0]).round() / 100.0 } else { 0.0 };
        (Spend::new(numbers[0], mean).expect("in domain"), numbers[4])
    });
    let fit = gamma_gamma::fit(spends);
    let [p, q, v] = fit.expect("customers").parameters;
    assert_close(p * v / (q - 1.0), 35.171_002_088_241, 1e-9);
    assert_printed(
        fit,
        [6.248_802_489_710_99, 3.744_588_453_287_17, 15.447_748_009_457_3],
        -4_055.923_243_502_863,
    );
}
