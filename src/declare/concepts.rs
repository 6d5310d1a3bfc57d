//! The concepts of the catalogue that a column measures or approximates.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use crate::concept::Concept;

/// One concept or several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concepts(pub Vec<Concept>);

impl<'de> Deserialize<'de> for Concepts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConceptsVisitor)
    }
}

struct ConceptsVisitor;

impl<'de> Visitor<'de> for ConceptsVisitor {
    type Value = Concepts;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("the number of a concept, or a list of them")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Concepts, E> {
        Ok(Concepts(vec![text.parse().map_err(E::custom)?]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Concepts, A::Error> {
        let mut concepts = Vec::new();
        while let Some(concept) = list.next_element()? {
            concepts.push(concept);
        }
        Ok(Concepts(concepts))
    }
}

impl JsonSchema for Concepts {
    fn schema_name() -> Cow<'static, str> {
        "Concepts".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let concept = generator.subschema_for::<Concept>();
        json_schema!({
            "anyOf": [concept, {"type": "array", "items": concept}],
            "description": "The number of a concept, or a list of them.",
        })
    }
}

/// Concepts, each with the reason why a column does not measure it fully.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approximations(pub BTreeMap<Concept, String>);

impl<'de> Deserialize<'de> for Approximations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reasons = BTreeMap::<Concept, String>::deserialize(deserializer)?;
        match reasons.iter().find(|(_, reason)| reason.trim().is_empty()) {
            None => Ok(Self(reasons)),
            Some((concept, _)) => Err(D::Error::custom(format!(
                "nothing says why {concept} is only approximated: use a sentence, such as \
                 `{concept}: The hours between visits are not seen.`"
            ))),
        }
    }
}

impl JsonSchema for Approximations {
    fn schema_name() -> Cow<'static, str> {
        "Approximations".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let concept = generator.subschema_for::<Concept>();
        json_schema!({
            "type": "object",
            "propertyNames": concept,
            "additionalProperties": {"type": "string"},
            "description": "Concepts that are measured in part, each with what is missing.",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::concept::Concept;
    use crate::declare::{TableFile, table};
    use crate::diagnostic::SourceFile;

    fn read(column: &str) -> Result<TableFile, String> {
        let text = format!("columns:\n  kind: {{type: string, {column}}}\n");
        let file = Arc::new(SourceFile::new("sql/kind.yaml", text));
        table(&file).map_err(|diagnostic| diagnostic.to_string())
    }

    fn told(column: &str) -> Vec<Concept> {
        read(column).unwrap().columns.get("kind").unwrap().concept.0.clone()
    }

    #[test]
    fn a_column_tells_no_concept_one_or_several() {
        assert_eq!(told("unit: days"), []);
        assert_eq!(told("concept: L20"), [Concept::L20]);
        assert_eq!(told("concept: [L27, L20]"), [Concept::L27, Concept::L20]);
    }

    #[test]
    fn a_column_comes_near_to_a_concept_for_a_reason() {
        let read = read("approximates: {L5: No visits., S4: Whole steps.}").unwrap();
        let approximated = &read.columns.get("kind").unwrap().approximates.0;
        let reasons: Vec<_> = approximated.iter().map(|(of, why)| (*of, why.as_str())).collect();
        assert_eq!(reasons, [(Concept::L5, "No visits."), (Concept::S4, "Whole steps.")]);
    }

    #[test]
    fn an_unknown_number_is_shown_where_it_stands() {
        insta::assert_snapshot!(read("concept: L19").unwrap_err(), @r"
        error[unknown-concept]: unknown concept `L19`
         --> sql/kind.yaml:2:33
          |
        2 |   kind: {type: string, concept: L19}
          |                                 ^^^
          |
          = help: use L1–L16, L20–L31, S1–S19, E1–E14, G1–G6, P1–P7, C1–C5 or K1–K4
        ");
        insta::assert_snapshot!(read("concept: [L20, l27]").unwrap_err(), @r"
        error[unknown-concept]: unknown concept `l27`
         --> sql/kind.yaml:2:39
          |
        2 |   kind: {type: string, concept: [L20, l27]}
          |                                       ^^^
          |
          = help: use L1–L16, L20–L31, S1–S19, E1–E14, G1–G6, P1–P7, C1–C5 or K1–K4
        ");
        insta::assert_snapshot!(read("approximates: {L5: No visits., L0: None.}").unwrap_err(), @r"
        error[unknown-concept]: unknown concept `L0`
         --> sql/kind.yaml:2:55
          |
        2 |   kind: {type: string, approximates: {L5: No visits., L0: None.}}
          |                                                       ^^
          |
          = help: use L1–L16, L20–L31, S1–S19, E1–E14, G1–G6, P1–P7, C1–C5 or K1–K4
        ");
    }

    #[test]
    fn an_approximation_without_a_reason_is_a_mistake() {
        insta::assert_snapshot!(read("approximates: {L5: \" \"}").unwrap_err(), @r#"
        error[unknown-value]: nothing says why L5 is only approximated
         --> sql/kind.yaml:2:38
          |
        2 |   kind: {type: string, approximates: {L5: " "}}
          |                                      ^^^^^^^^^
          |
          = help: use a sentence, such as `L5: The hours between visits are not seen.`
        "#);
        insta::assert_snapshot!(read("approximates: L5").unwrap_err(), @r"
        error[wrong-type]: a mapping is expected here
         --> sql/kind.yaml:2:38
          |
        2 |   kind: {type: string, approximates: L5}
          |                                      ^^
          |
          = help: write `key: value` line by line
        ");
        insta::assert_snapshot!(read("approximates: {L5: }").unwrap_err(), @r"
        error[no-value]: the key `L5` has nothing behind it
         --> sql/kind.yaml:2:39
          |
        2 |   kind: {type: string, approximates: {L5: }}
          |                                       ^^
          |
          = help: write a value, or leave the key out; quote it if it is a text
        ");
    }
}
