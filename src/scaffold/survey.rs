//! Answers and questions, from files of surveys: a row per answer, or a row per questionnaire with a column per
//! question.

use super::sales::stage;
use super::source::Source;
use super::stage::{Stage, Value, named};
use super::vocabulary::Vocabulary;
use crate::infer::{ProvenColumn, words};

/// The highest answer of the scales that are known.
const HIGHEST: f64 = 10.0;
/// Names of columns of survey tools that hold numbers and no answers.
const NO_ANSWERS: [&str; 12] = [
    "status",
    "progress",
    "finished",
    "duration_in_seconds",
    "weight",
    "age",
    "year",
    "month",
    "day",
    "count",
    "quantity",
    "page",
];
/// What Qualtrics calls the column beside a question of recommendation: detractors, passives and promoters.
const GROUP: &str = "_nps_group";
/// What names of columns without answers end in.
const NO_ENDINGS: [&str; 6] = ["_id", GROUP, "_index", "_count", "_number", "_text"];

/// A question with a column of its own.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) column: String,
    pub(super) wording: String,
    pub(super) construct: Option<String>,
    pub(super) scale: (f64, f64),
}

/// Whether a source has a row per answer.
pub(super) fn is_answers(source: &Source<'_>) -> bool {
    source.matches.have(&["question_id", "score", "answered_at"])
}

/// Whether a source has a row per questionnaire: something that tells so, and columns that are answers.
pub(super) fn is_responses(source: &Source<'_>, is_called: bool, vocabulary: &Vocabulary) -> bool {
    let questions = questions(source, vocabulary);
    let asks = questions.iter().any(|question| question.construct.is_some());
    let tells = is_called || source.matches.have(&["response_id"]) || asks;
    tells && source.matches.have(&["answered_at"]) && !questions.is_empty()
}

/// The questions of a row per questionnaire: columns of whole numbers from 0 or 1 up to 10.
pub(super) fn questions(source: &Source<'_>, vocabulary: &Vocabulary) -> Vec<Question> {
    let used = source.matches.used();
    let open = source.columns.iter().filter(|it| !used.contains(it.name) && is_answer(it));
    open.map(|column| {
        let group = format!("{}{GROUP}", words(column.written));
        let is_nps = source.columns.iter().any(|it| words(it.written) == group);
        let known = is_nps.then_some("recommendation");
        question(column, known.or_else(|| vocabulary.construct(column.written)))
    })
    .collect()
}

fn is_answer(column: &ProvenColumn<'_>) -> bool {
    let name = words(column.written);
    let named =
        NO_ANSWERS.contains(&name.as_str()) || NO_ENDINGS.iter().any(|it| name.ends_with(it));
    let facts = column.facts;
    let on_scale = facts.range.is_some_and(|(least, most)| least >= 0.0 && most <= HIGHEST);
    !named && facts.is_whole && on_scale
}

fn question(column: &ProvenColumn<'_>, construct: Option<&str>) -> Question {
    let (least, most) = column.facts.range.unwrap_or((0.0, HIGHEST));
    let lowest = if least < 1.0 { 0.0 } else { 1.0 };
    let scale = match construct {
        Some("recommendation") => (0.0, HIGHEST),
        _ if most <= 5.0 => (lowest, 5.0),
        _ if most <= 7.0 => (lowest, 7.0),
        _ => (lowest, HIGHEST),
    };
    Question {
        column: column.name.to_owned(),
        wording: column.written.to_owned(),
        construct: construct.map(str::to_owned),
        scale,
    }
}

/// The answers of a row per questionnaire.
pub(super) fn wide_answers(source: &Source<'_>, questions: &[Question]) -> Stage {
    let cell = |question: &Question| {
        let (column, (least, most)) = (&question.column, question.scale);
        format!(
            "            named_struct(\n                'question_id', '{column}',\n                'score', \
             case when {column} between {least} and {most} then cast({column} as double) end\n            )"
        )
    };
    let cells: Vec<String> = questions.iter().map(cell).collect();
    let (key, customer) = (source.key("response_id"), source.customer());
    let at = source.or_null("answered_at", "timestamp");
    let with = format!(
        "with answers as (\n    select\n        {},\n        {},\n        {},\n        \
         unnest([\n{}\n        ]) as answer\n    from {}\n{})\n",
        key.named("response_id"),
        customer.named("customer_id"),
        at.named("answered_at"),
        cells.join(",\n"),
        source.name,
        source.condition().map(|it| format!("    where {it}\n")).unwrap_or_default(),
    );
    let kept = |name: &str, value: Value| Value { expression: name.to_owned(), ..value };
    let expect = questions.iter().map(|question| format!("{{question_id: {}}}", question.column));
    Stage {
        table: "survey_answers".to_owned(),
        about: format!(
            "the columns of {} that hold answers, a row each. What is off its scale is no answer.",
            source.pattern
        ),
        with,
        columns: named(vec![
            ("response_id", kept("response_id", key)),
            ("customer_id", kept("customer_id", customer)),
            ("answered_at", kept("answered_at", at)),
            ("question_id", Value::of("answer['question_id']")),
            ("score", Value::of("answer['score']")),
            ("weight", Value::of("cast(1 as decimal(18, 6))")),
        ]),
        from: "answers".to_owned(),
        rest: vec!["where answer['score'] is not null".to_owned()],
        given: vec![(source.name.to_owned(), source.row())],
        expect: expect.collect(),
    }
}

/// The questions of a row per questionnaire.
pub(super) fn wide_questions(source: &Source<'_>, questions: &[Question]) -> Stage {
    let row = |question: &Question| {
        let construct =
            question.construct.as_ref().map_or("null".to_owned(), |it| format!("'{it}'"));
        let (least, most) = question.scale;
        let unsure = match question.construct {
            Some(_) => String::new(),
            None => format!(
                "        -- not sure: what does {} measure, on which scale?\n",
                question.column
            ),
        };
        let wording = question.wording.replace('\'', "''").replace(['\n', '\r'], " ");
        format!(
            "{unsure}        ('{}', {construct}, '{wording}', {least}, {most})",
            question.column
        )
    };
    let rows: Vec<String> = questions.iter().map(row).collect();
    let expect = questions.iter().map(|question| format!("{{question_id: {}}}", question.column));
    Stage {
        table: "questions".to_owned(),
        about: format!("the columns of {} that hold answers.", source.pattern),
        with: String::new(),
        columns: named(vec![
            ("question_id", Value::of("column1")),
            ("construct", Value::of("cast(column2 as varchar)")),
            ("facet", Value::null("varchar")),
            ("wording", Value::of("column3")),
            ("scale_min", Value::of("cast(column4 as double)")),
            ("scale_max", Value::of("cast(column5 as double)")),
            ("direction", Value::of("'positive'")),
        ]),
        from: format!("(\n    values\n{}\n)", rows.join(",\n")),
        rest: Vec::new(),
        given: Vec::new(),
        expect: expect.collect(),
    }
}

/// The answers of a row per answer.
pub(super) fn long_answers(source: &Source<'_>) -> Stage {
    let weight = source.value("weight", "decimal(18, 6)");
    let columns = vec![
        ("response_id", source.key("response_id")),
        ("customer_id", source.customer()),
        ("answered_at", source.or_null("answered_at", "timestamp")),
        ("question_id", source.or_null("question_id", "varchar")),
        ("score", source.or_null("score", "double")),
        ("weight", weight.unwrap_or_else(|| Value::of("cast(1 as decimal(18, 6))").expecting("1"))),
    ];
    let about = format!("one row of {} each.", source.pattern);
    stage("survey_answers", about, columns, source, Vec::new())
}

/// The questions of a row per answer: one scale for all, as far as the answers tell it.
pub(super) fn long_questions(source: &Source<'_>) -> Stage {
    let key = source.or_null("question_id", "varchar");
    let range = source.matches.get("score").and_then(|it| it.column.facts.range);
    let (least, most) = range.unwrap_or((0.0, HIGHEST));
    let seen = format!("the answers seen are from {least} to {most}");
    let rest = vec![
        format!("where {} is not null", key.expression),
        format!("group by {}", key.expression),
    ];
    let columns = vec![
        ("question_id", key),
        ("construct", Value::null("varchar").doubt("what does each question measure?")),
        ("facet", Value::null("varchar")),
        ("wording", Value::null("varchar")),
        ("scale_min", Value::of(format!("cast({least} as double)")).doubt(seen.clone())),
        ("scale_max", Value::of(format!("cast({most} as double)")).doubt(seen)),
        ("direction", Value::of("'positive'").expecting("positive")),
    ];
    stage(
        "questions",
        format!("those that {} has answers to.", source.pattern),
        columns,
        source,
        rest,
    )
}
