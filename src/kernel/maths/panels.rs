//! Where to add up an integral without end.

/// Panels in which to add up an integral from 0 to ∞ over exp(−`rate`·v) times
/// something that bends no faster than on the scale of `first`: each is twice as
/// long as all before it, up to where nothing is left.
pub(in crate::kernel) fn panels(rate: f64, mut first: f64) -> impl Iterator<Item = (f64, f64)> {
    while first * rate > 4.0 {
        first *= 0.5;
    }
    let doubled = std::iter::successors(Some(first), |end| Some(2.0 * end))
        .take_while(move |start| start * rate < 45.0)
        .map(|start| (start, 2.0 * start));
    std::iter::once((0.0, first)).chain(doubled)
}
