//! Kano's pair of questions, as arguments.

use crate::functions::document::Argument;
use crate::functions::domain::Domain;

/// The words of an answer.
const WORDS: Domain = Domain::Number("1 like, 2 expect, 3 neutral, 4 live with, 5 dislike");

pub(super) const FUNCTIONAL: Argument =
    Argument::needed("functional", "how one feels if the attribute is there", WORDS);

pub(super) const DYSFUNCTIONAL: Argument =
    Argument::needed("dysfunctional", "how one feels if it is not there", WORDS);
