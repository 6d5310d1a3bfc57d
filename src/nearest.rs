//! Names that are nearly the same: what was probably meant by an unknown name.

/// How many names a help text lists.
const LISTED: usize = 16;

/// The known name closest in spelling, if one is close. Names that differ by case are close.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    let lower = name.to_lowercase();
    known
        .into_iter()
        .map(|candidate| {
            let letters = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (letters, strsim::damerau_levenshtein(name, candidate), candidate)
        })
        .filter(|(letters, ..)| *letters <= limit)
        .min()
        .map(|(.., candidate)| candidate)
}

/// The nearest of the `known` names as a question or, if none is close, the list of `things`.
pub fn nearest_or_all<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    things: &str,
) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(name, known.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let listed: Vec<String> = known.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = if known.len() > LISTED { " and others" } else { "" };
    (!listed.is_empty()).then(|| format!("the {things} are {}{more}", listed.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_far_from_all_others_has_no_nearest() {
        assert_eq!(nearest("zzz", ["orders", "customers"]), None);
    }
}
