//! Who will buy again, how often, and for how much.
//!
//! The models are rows of one table ([`model`]); each question that is put to all of them
//! is a file. What is its own idea is a file each.

use std::sync::LazyLock;

use super::document::Function;
use super::family::Definition;

mod customers;
mod model;
mod opportunities;
mod regular;

mod clv;
mod clv_interval;
mod dert;
mod discounted_purchases;
mod expected_purchases;
mod expected_purchases_new;
mod fit;
mod p_alive;
mod p_alive_after;
mod purchases_interval;
mod purchases_probability;
mod purchases_probability_new;
mod purchases_variance;

mod gamma_gamma_expected_spend;
mod gamma_gamma_fit;
mod gamma_gamma_spend_variance;
mod purchase_model_comparison;
mod purchase_model_fit;
mod regular_purchase_model_comparison;

/// What is asked of every model.
const QUESTIONS: [fn() -> Vec<Definition>; 13] = [
    clv::all,
    clv_interval::all,
    dert::all,
    discounted_purchases::all,
    expected_purchases::all,
    expected_purchases_new::all,
    fit::all,
    p_alive::all,
    p_alive_after::all,
    purchases_interval::all,
    purchases_probability::all,
    purchases_probability_new::all,
    purchases_variance::all,
];

/// The answers of every model.
static ANSWERS: LazyLock<Vec<Definition>> =
    LazyLock::new(|| QUESTIONS.iter().flat_map(|question| question()).collect());

/// The functions of this family.
pub(super) fn all() -> Vec<Function> {
    ANSWERS.iter().map(|answer| answer()).chain(single()).collect()
}

/// Those that are one function each.
fn single() -> [Function; 6] {
    [
        (&gamma_gamma_expected_spend::FUNCTION).into(),
        (&gamma_gamma_fit::FUNCTION).into(),
        (&gamma_gamma_spend_variance::FUNCTION).into(),
        (&purchase_model_comparison::FUNCTION).into(),
        (&purchase_model_fit::FUNCTION).into(),
        (&regular_purchase_model_comparison::FUNCTION).into(),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::ANSWERS;

    /// What only some models predict.
    const OF_SOME: [&str; 4] = ["clv", "clv_lower", "clv_upper", "discounted_purchases"];

    #[test]
    fn what_most_models_predict_every_model_predicts() {
        let names: Vec<&str> = ANSWERS.iter().map(|answer| answer().name).collect();
        let models: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix("_fit")).collect();
        let mut predicted: BTreeMap<&str, usize> = BTreeMap::new();
        for model in &models {
            let own = names.iter().filter_map(|name| name.strip_prefix(model)?.strip_prefix('_'));
            own.for_each(|quantity| *predicted.entry(quantity).or_default() += 1);
        }
        predicted.retain(|_, count| *count < models.len());
        assert_eq!(predicted.into_keys().collect::<Vec<_>>(), OF_SOME);
    }
}
