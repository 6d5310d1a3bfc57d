//! The models of purchases, a row each: its name in SQL and in words, its source, its
//! parameters and those of the examples.

use crate::functions::family::Row;
use crate::functions::model::{
    BGBB, BGCNBD, BGNBD, MBGCNBD, MBGNBD, Model, NBD, PARETO_NBD, PURCHASE_MODEL, first,
};
use crate::functions::predictions::Predictions;
use crate::kernel::beta_geometric::{self, Coin};
use crate::kernel::purchase_model::PurchaseModel;
use crate::kernel::{OutOfDomain, beta_bernoulli, chosen_model, condensed, nbd, pareto_nbd};

/// A row whose model can make predictions.
pub(super) trait PurchaseRow: Row<Params: PurchaseModel<Future: Send + 'static>> {}

impl<R: Row<Params: PurchaseModel<Future: Send + 'static>>> PurchaseRow for R {}

/// The model with room for its answers, each an `A`.
pub(super) fn predictions<R: PurchaseRow, A: Clone>(
    parameters: &[f64],
) -> Result<Predictions<R::Params, A>, OutOfDomain> {
    R::prepare(parameters).map(Predictions::new)
}

/// BG/BB: customers who take opportunities, at most once each, until they leave.
pub(super) struct BgBb;

impl Row for BgBb {
    type Params = beta_bernoulli::Params;
    const MODEL: Model = BGBB;
    const TITLE: &'static str = "a BG/BB model";
    const SOURCE: &'static str =
        "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108";
    const EXAMPLE: &'static str =
        "named_struct('alpha', 1.204, 'beta', 0.75, 'gamma', 0.657, 'delta', 2.783)";

    fn prepare(parameters: &[f64]) -> Result<Self::Params, OutOfDomain> {
        let [alpha, beta, gamma, delta] = first(parameters);
        beta_bernoulli::Params::new(alpha, beta, gamma, delta)
    }
}

/// BG/CNBD-k: BG/NBD for customers who buy more regularly than by chance.
pub(super) struct BgCnbd;

impl Row for BgCnbd {
    type Params = condensed::Params;
    const MODEL: Model = BGCNBD;
    const TITLE: &'static str = "a BG/CNBD-k model";
    const SOURCE: &'static str = "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
         Marketing 38(1), 194–215";
    const EXAMPLE: &'static str =
        "named_struct('r', 0.227, 'alpha', 1.463, 'a', 0.944, 'b', 2.074, 'k', 2)";

    fn prepare(parameters: &[f64]) -> Result<Self::Params, OutOfDomain> {
        let [r, alpha, a, b, k] = first(parameters);
        condensed::Params::new(Coin::AfterRepeats, k, [r, alpha, a, b])
    }
}

/// BG/NBD: customers who buy by chance, and may leave after each repeat purchase.
pub(super) struct BgNbd;

impl Row for BgNbd {
    type Params = beta_geometric::Params;
    const MODEL: Model = BGNBD;
    const TITLE: &'static str = "a BG/NBD model";
    const SOURCE: &'static str = "Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284";
    const EXAMPLE: &'static str =
        "named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, 'b', 2.426)";

    fn prepare(parameters: &[f64]) -> Result<Self::Params, OutOfDomain> {
        let [r, alpha, a, b] = first(parameters);
        beta_geometric::Params::new(Coin::AfterRepeats, r, alpha, a, b)
    }
}

/// MBG/CNBD-k: MBG/NBD for customers who buy more regularly than by chance.
pub(super) struct MbgCnbd;

impl Row for MbgCnbd {
    type Params = condensed::Params;
    const MODEL: Model = MBGCNBD;
    const TITLE: &'static str = "an MBG/CNBD-k model";
    const SOURCE: &'static str = "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
         Marketing 38(1), 194–215";
    const EXAMPLE: &'static str =
        "named_struct('r', 0.58, 'alpha', 2.288, 'a', 1.134, 'b', 1.585, 'k', 2)";

    fn prepare(parameters: &[f64]) -> Result<Self::Params, OutOfDomain> {
        let [r, alpha, a, b, k] = first(parameters);
        condensed::Params::new(Coin::AfterAll, k, [r, alpha, a, b])
    }
}

/// MBG/NBD: BG/NBD in which customers may leave after their first purchase too.
pub(super) struct MbgNbd;

impl Row for MbgNbd {
    type Params = beta_geometric::Params;
    const MODEL: Model = MBGNBD;
    const TITLE: &'static str = "an MBG/NBD model";
    const SOURCE: &'static str = "Batislam, Denizel and Filiztekin (2007), International Journal of Research in \
         Marketing 24(3), 201–209";
    const EXAMPLE: &'static str =
        "named_struct('r', 0.525, 'alpha', 6.183, 'a', 0.891, 'b', 1.614)";

    fn prepare(parameters: &[f64]) -> Result<Self::Params, OutOfDomain> {
        let [r, alpha, a, b] = first(parameters);
        beta_geometric::Params::new(Coin::AfterAll, r, alpha, a, b)
    }
}

/// NBD: customers who buy by chance, of whom none leaves.
pub(super) struct Nbd;

impl Row for Nbd {
    type Params = nbd::Params;
    const MODEL: Model = NBD;
    const TITLE: &'static str = "an NBD model";
    const SOURCE: &'static str = "Ehrenberg (1988), Repeat-Buying, 2nd ed., Oxford University Press (conditional \
         trend analysis)";
    const EXAMPLE: &'static str = "named_struct('r', 0.385, 'alpha', 12.072)";

    fn prepare(parameters: &[f64]) -> Result<Self::Params, OutOfDomain> {
        let [r, alpha] = first(parameters);
        nbd::Params::new(r, alpha)
    }
}

/// Pareto/NBD: customers who buy by chance, and may leave at any moment.
pub(super) struct ParetoNbd;

impl Row for ParetoNbd {
    type Params = pareto_nbd::Params;
    const MODEL: Model = PARETO_NBD;
    const TITLE: &'static str = "a Pareto/NBD model";
    const SOURCE: &'static str =
        "Schmittlein, Morrison and Colombo (1987), Management Science 33(1), 1–24";
    const EXAMPLE: &'static str =
        "named_struct('r', 0.553, 'alpha', 10.578, 's', 0.606, 'beta', 11.669)";

    fn prepare(parameters: &[f64]) -> Result<Self::Params, OutOfDomain> {
        let [r, alpha, s, beta] = first(parameters);
        pareto_nbd::Params::new(r, alpha, s, beta)
    }
}

/// A model that can be chosen by name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Choice {
    /// BG/NBD.
    Bg,
    /// MBG/NBD.
    Mbg,
    /// Pareto/NBD.
    Pareto,
}

impl Choice {
    const ALL: [Self; 3] = [Self::Bg, Self::Mbg, Self::Pareto];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.model().name == name)
    }

    pub(super) fn model(self) -> Model {
        match self {
            Self::Bg => BGNBD,
            Self::Mbg => MBGNBD,
            Self::Pareto => PARETO_NBD,
        }
    }

    /// The choice that stands at this place among those of [`PURCHASE_MODEL`].
    fn at(place: f64) -> Option<Self> {
        let is = |choice: &Self| PURCHASE_MODEL.place(choice.model().name) == Some(place);
        Self::ALL.into_iter().find(is)
    }
}

/// Whichever of the choices was made; its fit says which.
pub(super) struct Chosen;

impl Row for Chosen {
    type Params = chosen_model::Params;
    const MODEL: Model = PURCHASE_MODEL;
    const TITLE: &'static str = "the model that was chosen";
    const SOURCE: &'static str = "that of the model's own";
    const EXAMPLE: &'static str =
        "named_struct('model', 'bgnbd', 'r', 0.243, 'alpha', 4.414, 'a', 0.793, 'b', 2.426)";

    /// Takes the place of the model among those it may be before its parameters.
    fn prepare(parameters: &[f64]) -> Result<Self::Params, OutOfDomain> {
        let (place, parameters) = parameters.split_first().unwrap_or((&f64::NAN, &[]));
        // Without a choice there are no parameters, which no model accepts.
        let (choice, parameters) =
            Choice::at(*place).map_or((Choice::Mbg, &[][..]), |choice| (choice, parameters));
        Ok(match choice {
            Choice::Bg => chosen_model::Params::BetaGeometric(BgNbd::prepare(parameters)?),
            Choice::Mbg => chosen_model::Params::BetaGeometric(MbgNbd::prepare(parameters)?),
            Choice::Pareto => chosen_model::Params::ParetoNbd(ParetoNbd::prepare(parameters)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, PURCHASE_MODEL};
    use crate::functions::buying::purchase_model_fit;
    use crate::functions::domain::Domain;

    #[test]
    fn what_can_be_chosen_is_fitted_and_predicts() {
        let choices = Choice::ALL.map(|choice| choice.model().name);
        let Domain::Choice(fitted) = purchase_model_fit::FUNCTION.arguments[0].domain else {
            panic!("the model is chosen by name")
        };
        let predicting: Vec<_> = PURCHASE_MODEL.one_of.iter().map(|model| model.name).collect();
        assert_eq!((fitted, predicting.as_slice()), (&choices[..], &choices[..]));
    }
}
