//! The one way to say that a number cannot be used.

/// An input outside the domain of a formula: its name, the rule and the value.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("`{name}` must be {rule}, got {value}")]
pub struct OutOfDomain {
    name: &'static str,
    rule: &'static str,
    value: f64,
}

/// Passes where the rule holds.
pub(super) fn ensure(
    holds: bool,
    name: &'static str,
    rule: &'static str,
    value: f64,
) -> Result<(), OutOfDomain> {
    if holds { Ok(()) } else { Err(OutOfDomain { name, rule, value }) }
}

/// Passes for a finite number above zero.
pub(super) fn ensure_positive(name: &'static str, value: f64) -> Result<(), OutOfDomain> {
    ensure(value.is_finite() && value > 0.0, name, "finite and > 0", value)
}

/// Passes for a finite number that is zero or more.
pub(super) fn ensure_not_negative(name: &'static str, value: f64) -> Result<(), OutOfDomain> {
    ensure(value.is_finite() && value >= 0.0, name, "finite and >= 0", value)
}

/// Passes for a count.
pub(super) fn ensure_whole(name: &'static str, value: f64) -> Result<(), OutOfDomain> {
    let holds = value.is_finite() && value >= 0.0 && value.fract() == 0.0;
    ensure(holds, name, "a whole number >= 0", value)
}

/// Passes for a weight that a row may have.
///
/// # Errors
/// The weight is negative or not finite.
pub fn check_weight(weight: f64) -> Result<(), OutOfDomain> {
    ensure_not_negative("weight", weight)
}

/// Passes for a setting that is the same in every row.
///
/// # Errors
/// It differs.
pub fn check_same(name: &'static str, first: f64, value: f64) -> Result<(), OutOfDomain> {
    let same = first.to_bits() == value.to_bits();
    ensure(same, name, "the same in all rows of a group", value)
}
