//! Everything that a page shows, and the parts that its sections share.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::answer::{Answer, Answers};
use super::chart::About;
use super::language::{Language, shown};
use super::question::Question;
use super::rows::Rows;
use super::standing::TableStanding;
use super::tables::Standing;
use super::words::Word;
use crate::publish::Evidence;

/// Everything that a page shows.
pub(super) struct Scene {
    pub(super) language: Language,
    pub(super) pipeline: String,
    pub(super) release: u64,
    pub(super) as_of: String,
    /// The newest period; nothing of a pipeline whose tables have none.
    pub(super) period: Option<NaiveDate>,
    pub(super) answers: Answers,
    pub(super) standings: Vec<TableStanding>,
    /// What broke checks that only warn.
    pub(super) warned: Option<Evidence>,
}

impl Scene {
    pub(super) fn say(&self, word: Word) -> &'static str {
        self.language.say(word)
    }

    pub(super) fn fill(&self, word: Word, with: &[&str]) -> String {
        self.language.fill(word, with)
    }

    pub(super) fn name(&self, code: &str) -> String {
        self.language.name(code)
    }

    /// The title and the description of a chart.
    pub(super) fn about(&self, id: &'static str, title: Word, description: Word) -> About {
        let (title, description) = (self.say(title).to_owned(), self.say(description).to_owned());
        About { id, title, description }
    }

    /// The rendering of the result of a question, or why there is none.
    pub(super) fn with(&self, question: &Question, made: impl Fn(&Rows) -> Markup) -> Markup {
        match self.answers.get(question.name) {
            Some(Answer::Rows(rows)) => made(rows),
            Some(Answer::None { table, standing }) => self.nothing(table, *standing),
            Some(Answer::Unfit { table, problem }) => html! {
                p.note { (self.fill(Word::Unfit, &[table, &shown(problem)])) }
            },
            None => html! {},
        }
    }

    /// The rows that answer a question, none where there is no answer.
    pub(super) fn rows(&self, question: &Question) -> Option<&Rows> {
        match self.answers.get(question.name) {
            Some(Answer::Rows(rows)) => Some(rows),
            _ => None,
        }
    }

    /// Why a table says nothing, and what would let it.
    fn nothing(&self, table: &str, standing: Standing) -> Markup {
        let why = match standing {
            Standing::Foreign => Word::NoTable,
            Standing::Unpublished => Word::NotPublished,
            Standing::Empty | Standing::Filled => Word::NoRows,
        };
        let known = self.standings.iter().find(|known| known.table == table);
        let missing = known.map(|known| &known.missing).filter(|missing| !missing.is_empty());
        html! { p.note {
            (self.fill(why, &[table]))
            @if let Some(missing) = missing {
                " " (self.fill(Word::WouldCome, &[&list(missing)]))
            }
        } }
    }

    /// A chart with its table of numbers.
    pub(super) fn figure(&self, about: &About, chart: &Markup, tables: &Markup) -> Markup {
        html! {
            figure {
                figcaption { h3 { (about.title) } p { (about.description) } }
                (chart)
                (self.details(&about.title, tables))
            }
        }
    }

    /// Numbers that can be opened, called by what they are about.
    pub(super) fn details(&self, about: &str, tables: &Markup) -> Markup {
        let numbers = self.say(Word::Numbers);
        html! { details {
            summary aria-label={ (numbers) ": " (about) } { (numbers) }
            (tables)
        } }
    }
}

/// Names one after the other.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
