//! Where in an object a column is: `id`, `customer.id`, `lines[0].sku`.
//!
//! A key may itself contain the separators of a path. At every object the longest prefix of the
//! path that is a key there is used: with a key `customer.id`, `customer.id` is that key and not a
//! path.

use std::ops::Range;

use super::walk::{JsonMember, json_elements, json_members, same};
use crate::read::column::Reach;
use crate::value::Reason;

/// The place of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(String);

impl Path {
    /// As it was declared.
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The keys with which the path may start, the longest first.
    pub(super) fn starts(&self) -> impl Iterator<Item = &str> {
        starts(&self.0)
    }

    /// The position of the value; `None` if the path leads nowhere.
    ///
    /// # Errors
    /// A key on the path is in its object twice, which is ambiguous.
    pub(super) fn find(
        &self,
        text: &[u8],
        object: &[JsonMember],
    ) -> Result<Option<Range<usize>>, Reason> {
        let Some((mut value, mut rest)) = step(text, object, &self.0)? else { return Ok(None) };
        let mut inner = Vec::new();
        while !rest.is_empty() {
            let next = match rest.strip_prefix('.') {
                Some(keys) => {
                    json_members(text, value.start, &mut inner);
                    step(text, &inner, keys)?
                }
                None => item(text, value, rest),
            };
            let Some(next) = next else { return Ok(None) };
            (value, rest) = next;
        }
        Ok(Some(value))
    }
}

/// Where a path ends that leads nowhere.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DeadEnd {
    /// How far it led.
    pub(super) reach: Reach,
    /// The paths that there are instead.
    pub(super) instead: Vec<String>,
}

impl Path {
    /// Where the path ends in an object in which it leads nowhere.
    pub(super) fn dead_end(&self, text: &[u8], object: &[JsonMember]) -> DeadEnd {
        let mut here = object.to_vec();
        let mut rest = self.0.as_str();
        let end = |left: &str, astray| {
            let reach = Reach { length: self.0.len() - left.len(), astray };
            DeadEnd { reach, instead: Vec::new() }
        };
        loop {
            let Ok(Some((mut value, mut left))) = step(text, &here, rest) else {
                let before = &self.0[..self.0.len() - rest.len()];
                return DeadEnd { instead: keys(text, &here, before), ..end(rest, true) };
            };
            while left.starts_with('[') && text[value.start] == b'[' {
                match item(text, value, left) {
                    Some(next) => (value, left) = next,
                    None => return end(left, false),
                }
            }
            match (left.strip_prefix('.'), text[value.start]) {
                (_, b'n') => return end(left, false),
                (None, _) if left.is_empty() => return end(left, false),
                (Some(next), b'{') => {
                    json_members(text, value.start, &mut here);
                    rest = next;
                }
                _ => return end(left, true),
            }
        }
    }
}

/// The paths to the members of an object, to which `before` leads.
fn keys(text: &[u8], object: &[JsonMember], before: &str) -> Vec<String> {
    let key = |member: &JsonMember| {
        let key = String::from_utf8_lossy(&text[member.key.clone()]);
        format!("{before}{key}")
    };
    object.iter().map(key).collect()
}

/// A value, and what is left of the path to it.
type Step<'a> = (Range<usize>, &'a str);

fn starts(path: &str) -> impl Iterator<Item = &str> {
    let cuts = path.char_indices().rev().filter(|(at, it)| *at > 0 && matches!(it, '.' | '['));
    std::iter::once(path).chain(cuts.map(|(at, _)| &path[..at]))
}

fn step<'a>(text: &[u8], object: &[JsonMember], path: &'a str) -> Result<Option<Step<'a>>, Reason> {
    for start in starts(path) {
        let mut found = object.iter().filter(|member| same(&text[member.key.clone()], start));
        match (found.next(), found.next()) {
            (None, _) => {}
            (Some(member), None) => return Ok(Some((member.value.clone(), &path[start.len()..]))),
            (Some(_), Some(_)) => return Err(Reason::BadJson),
        }
    }
    Ok(None)
}

/// The element of a list that `[0]` and what follows names.
fn item<'a>(text: &[u8], list: Range<usize>, path: &'a str) -> Option<Step<'a>> {
    let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
    Some((json_elements(text, list.start).nth(index.parse().ok()?)?, rest))
}

#[cfg(test)]
mod tests {
    use super::{DeadEnd, Path, json_members};
    use crate::value::Reason;

    fn find<'a>(text: &'a str, path: &str) -> Result<Option<&'a str>, Reason> {
        let mut object = Vec::new();
        json_members(text.as_bytes(), 0, &mut object);
        let found = Path::new(path).find(text.as_bytes(), &object)?;
        Ok(found.map(|range| &text[range]))
    }

    #[test]
    fn a_path_goes_through_objects_and_lists() {
        let text = r#"{"c":{"id":1,"tags":[{"x":[2,3]}]},"l":[[4],5]}"#;
        assert_eq!(find(text, "c.id"), Ok(Some("1")));
        assert_eq!(find(text, "c.tags[0].x[1]"), Ok(Some("3")));
        assert_eq!(find(text, "l[0][0]"), Ok(Some("4")));
        assert_eq!(find(text, "l[1]"), Ok(Some("5")));
    }

    #[test]
    fn a_path_that_leads_nowhere_finds_nothing() {
        let text = r#"{"c":{"id":1},"l":[1],"s":"{\"id\":1}","n":null}"#;
        for path in ["x", "c.x", "c.id.x", "c[0]", "l.x", "l[1]", "l[x]", "l[", "s.id", "n.id"] {
            assert_eq!(find(text, path), Ok(None), "{path}");
        }
    }

    /// How much of a path there is, and what is there instead of the rest if that is not missing.
    fn dead_end<'a>(text: &str, path: &'a str) -> (&'a str, Option<String>) {
        let mut object = Vec::new();
        json_members(text.as_bytes(), 0, &mut object);
        let DeadEnd { reach, instead } = Path::new(path).dead_end(text.as_bytes(), &object);
        (&path[..reach.length], reach.astray.then(|| instead.join(" ")))
    }

    #[test]
    fn where_a_path_goes_astray_what_is_there_is_told() {
        let text = r#"{"c":{"Id":1,"tags":[{"X":2}]},"n":null,"l":[],"s":"x"}"#;
        for (path, reach, there) in [
            ("C.id", "", "c n l s"),
            ("c.id", "c.", "c.Id c.tags"),
            ("c.tags[0].x", "c.tags[0].", "c.tags[0].X"),
            ("s.x", "s", ""),
            ("c[0]", "c", ""),
        ] {
            assert_eq!(dead_end(text, path), (reach, Some(there.to_owned())), "{path}");
        }
        for (path, reach) in
            [("n.id", "n"), ("l[0].x", "l"), ("c.tags[1].x", "c.tags"), ("n[0]", "n")]
        {
            assert_eq!(dead_end(text, path), (reach, None), "{path}");
        }
    }

    #[test]
    fn a_key_that_holds_a_dot_wins_over_the_path() {
        let text = r#"{"c":{"id":1},"c.id":2,"d.e":{"f":3},"l[0]":4,"l":[5]}"#;
        assert_eq!(find(text, "c.id"), Ok(Some("2")));
        assert_eq!(find(text, "d.e.f"), Ok(Some("3")));
        assert_eq!(find(text, "l[0]"), Ok(Some("4")));
    }

    #[test]
    fn a_key_that_is_there_twice_is_no_value() {
        let text = r#"{"a":1,"a":2,"b":{"x":1,"\u0078":2},"c":3}"#;
        assert_eq!(find(text, "a"), Err(Reason::BadJson));
        assert_eq!(find(text, "b.x"), Err(Reason::BadJson));
        assert_eq!(find(text, "c"), Ok(Some("3")));
    }
}
