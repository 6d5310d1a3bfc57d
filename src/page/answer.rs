//! What the tables of a release answer, or why they do not.

use std::collections::BTreeMap;

use datafusion::common::ScalarValue;
use datafusion::error::Result;

use super::question::{self, Question};
use super::rows::Rows;
use super::tables::{Standing, Tables};
use crate::session::engine_error;

/// The answers, by the name of the question.
pub(super) type Answers = BTreeMap<&'static str, Answer>;

/// An answer.
#[derive(Debug)]
pub(super) enum Answer {
    /// Rows, at least one.
    Rows(Rows),
    /// There are none, because a table is missing or empty.
    None {
        /// The table.
        table: &'static str,
        /// How it stands.
        standing: Standing,
    },
    /// The table of this name is another than the shipped one.
    Unfit {
        /// The table.
        table: &'static str,
        /// What the engine says.
        problem: String,
    },
}

/// The answers to all questions.
pub(super) async fn to_all(tables: &Tables<'_>) -> Result<Answers> {
    let mut answers = Answers::new();
    for question in question::ALL {
        answers.insert(question.name, to(tables, question).await?);
    }
    Ok(answers)
}

async fn to(tables: &Tables<'_>, question: &Question) -> Result<Answer> {
    let mut standings = question.tables.iter().map(|table| (*table, tables.standing(table)));
    if let Some((table, standing)) = standings.find(|(_, it)| *it != Standing::Filled) {
        return Ok(Answer::None { table, standing });
    }
    let table = question.tables[0];
    let period = ScalarValue::Date32(tables.period().map(days));
    let asked = match tables.build.planned(question.sql, vec![("period", period)]).await {
        Ok(asked) => asked,
        Err(error) => {
            return Ok(Answer::Unfit { table, problem: engine_error::said(&error) });
        }
    };
    let rows = Rows::of_batches(&tables.build.collect(asked).await?)?;
    Ok(rows.map_or(Answer::None { table, standing: Standing::Empty }, Answer::Rows))
}

/// A day as the engine counts it.
fn days(day: chrono::NaiveDate) -> i32 {
    datafusion::arrow::datatypes::Date32Type::from_naive_date(day)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use datafusion::arrow::array::RecordBatch;
    use datafusion::common::ScalarValue;
    use datafusion::datasource::MemTable;

    use super::question;
    use crate::plan::{Plan, QUARANTINE, plan, quarantine_reader_columns, schema};
    use crate::project::Project;
    use crate::session::in_memory;

    /// The nightly pipeline of this repository.
    async fn nightly() -> Plan {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/nightly.yaml");
        let project = Project::open(&file).unwrap();
        plan(&project, &|name| Some(name.to_lowercase())).await.unwrap()
    }

    #[tokio::test]
    async fn every_question_can_be_put_to_the_published_columns() {
        let plan = nightly().await;
        let session = in_memory(chrono_tz::Tz::UTC).unwrap();
        let published = plan.stages.iter().filter(|stage| stage.publish.is_some());
        let columns = published.map(|stage| (stage.name.as_str(), stage.reader_columns()));
        for (name, columns) in columns.chain([(QUARANTINE, quarantine_reader_columns())]) {
            let empty = MemTable::try_new(schema(&columns), vec![vec![]]).unwrap();
            session.register_table(name, Arc::new(empty)).unwrap();
        }
        for question in question::ALL {
            let name = question.name;
            let asked = session.sql(question.sql).await.unwrap_or_else(|it| panic!("{name}: {it}"));
            let period = vec![("period", ScalarValue::Date32(Some(0)))];
            let asked = asked.with_param_values(period).unwrap();
            let rows = asked.collect().await.unwrap_or_else(|it| panic!("{name}: {it}"));
            let rows: usize = rows.iter().map(RecordBatch::num_rows).sum();
            assert_eq!(rows, 0, "{name} makes rows of nothing");
        }
    }

    #[test]
    fn every_file_of_sql_is_a_question() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page/sql");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let mut names: Vec<String> =
            files.map(|file| file.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        names.sort();
        let mut asked: Vec<&str> = question::ALL.iter().map(|question| question.name).collect();
        asked.sort_unstable();
        assert_eq!(names, asked);
    }
}
