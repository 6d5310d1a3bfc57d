//! A model of purchases and one of spend together, with what has been asked of them.

use super::model::PurchaseRow;
use crate::functions::memory::Memory;
use crate::functions::model::{SPEND, gamma_gamma};
use crate::functions::predictions::Predictions;
use crate::kernel::OutOfDomain;
use crate::kernel::gamma_gamma::Params as SpendModel;
use crate::kernel::purchase_model::PurchaseModel;

/// A model of purchases with the answers, each an `A`, that it gave, and one of spend.
#[derive(Debug)]
pub(super) struct Customers<M: PurchaseModel, A = f64> {
    pub(super) purchases: Predictions<M, A>,
    pub(super) spend: SpendModel,
    /// Ends of intervals. Customers without repeat purchase, often the most,
    /// have the same if they are of one age.
    pub(super) ends: Memory<8>,
}

impl<M: PurchaseModel, A: Clone> Customers<M, A> {
    /// Takes the parameters of both models, those of spend last.
    pub(super) fn prepare<R: PurchaseRow<Params = M>>(
        parameters: &[f64],
    ) -> Result<Self, OutOfDomain> {
        let place = parameters.len().saturating_sub(SPEND.parameters.len());
        let (first, second) = parameters.split_at(place);
        let (purchases, spend) = (Predictions::new(R::prepare(first)?), gamma_gamma(second)?);
        Ok(Self { purchases, spend, ends: Memory::default() })
    }
}
