//! Drivers of one wave of a survey against those of the next.

use super::*;

#[test]
fn a_wave_like_the_last_has_not_drifted() {
    let rows = mobi_rows();
    let (odd, even): (Vec<_>, Vec<_>) = rows.iter().enumerate().partition(|(i, _)| i % 2 == 1);
    let rows = |part: Vec<(usize, &Vec<f64>)>| -> Sample {
        sample_of(&part.into_iter().map(|(_, row)| row.clone()).collect::<Vec<_>>())
    };
    let (odd, even) = (rows(odd), rows(even));
    let got = drift(&odd, &even, 199);
    assert_eq!(got.permutations, 199);
    assert!(got.p_value.expect("weights") > 0.05, "{got:?}");
    assert_eq!(drift(&odd, &even, 199), got);
    let same = drift(&odd, &odd, 49);
    assert!(same.distance.expect("weights").drift < 1e-12);
    assert!((same.p_value.expect("weights") - 1.0).abs() < 1e-12);
}

#[test]
fn a_driver_that_takes_the_place_of_another_is_noticed() {
    let rows = |first: f64| -> Vec<Vec<f64>> {
        let value = |i: u32, step: u32| f64::from(i * step % 101) / 10.0;
        (0..6000)
            .map(|i| {
                let (a, b, noise) = (value(i, 7), value(i / 101, 13), value(i * 31 + i / 7, 1));
                vec![first * a + (1.0 - first) * b + noise, a, b]
            })
            .collect()
    };
    let (now, before) = (sample_of(&rows(1.0)), sample_of(&rows(0.0)));
    let got = drift(&now, &before, 99);
    assert!((got.p_value.expect("weights") - 0.01).abs() < 1e-12, "{got:?}");
    assert!(got.distance.expect("weights").drift > 0.9);
    assert!(got.drivers[0].difference().expect("weights") > 0.9, "{got:?}");
    let unknown = Change { weight: None, ..got.drivers[0] };
    assert_eq!(unknown.difference(), None);
    let words: Vec<_> = got.drivers.iter().filter_map(|driver| driver.drift).collect();
    assert_eq!(words, [Drift::Appeared, Drift::Vanished]);
}

#[test]
fn a_wave_without_people_or_spread_has_no_p_value() {
    let rows = sample_of(&mobi_rows());
    for empty in [Sample::new(5), sample_of(&[vec![1.0; 5], vec![1.0; 5]])] {
        let got = drift(&rows, &empty, 9);
        assert_eq!((got.p_value, got.permutations, got.distance), (None, 0, None));
        assert!(got.drivers.iter().all(|driver| driver.weight_before.is_none()));
    }
}
