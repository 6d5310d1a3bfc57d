//! Files of which nobody knows what wrote them: what they are is read off their columns.

use super::as_is::{self, Canonical};
use super::draft::Draft;
use super::matching::Matches;
use super::source::Source;
use super::stage::Stage;
use super::vocabulary::Vocabulary;
use super::{Found, customers, sales, survey};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Sales,
    Customers,
    Products,
    Answers,
    Responses,
    /// A canonical table, by its place among them.
    AsIs(usize),
}

/// A file and what it holds.
#[derive(Debug)]
struct File<'a> {
    found: &'a Found,
    role: Role,
    source: Source<'a>,
}

/// Drafts the stages of some files.
pub(super) fn stage(found: &[Found], draft: &mut Draft) {
    let (vocabulary, canonical) = (Vocabulary::new(), as_is::canonical());
    let mut files = Vec::new();
    for found in found {
        match File::of(found, &vocabulary, &canonical) {
            Some(file) => files.push(file),
            None => draft.left_out.push(nothing_known(found)),
        }
    }
    stage_sales(&files, &vocabulary, draft);
    stage_surveys(&files, &vocabulary, draft);
    stage_customers(&files, draft);
    for file in &files {
        if let Role::AsIs(at) = file.role {
            file.stages(&[canonical[at].stage(&file.source)], None, draft);
        }
    }
    let unused = files.iter().filter(|file| !draft.reads(file.source.name)).map(File::unused);
    let unused: Vec<String> = unused.collect();
    draft.left_out.extend(unused);
}

fn nothing_known(found: &Found) -> String {
    let headers = found.proven.headers();
    let few: Vec<&str> = headers.iter().take(6).copied().collect();
    let more = if headers.len() > few.len() { ", …" } else { "" };
    format!(
        "`{}`: its columns ({}{more}) tell no orders, customers, products or answers; a stage of your own can say \
         what they are",
        found.group.pattern,
        few.join(", ")
    )
}

impl<'a> File<'a> {
    fn of(found: &'a Found, vocabulary: &Vocabulary, canonical: &[Canonical]) -> Option<Self> {
        let name = found.group.called.trim_start_matches("raw_");
        let called = |kind: &str| vocabulary.tables.get(kind).is_some_and(|it| it.is_called(name));
        let source = |kind: &str| source(found, vocabulary, kind, called(kind));
        let (orders, people) = (source("sales"), source("customers"));
        let (goods, answers) = (source("products"), source("answers"));
        let is_sales = sales::is_sales(&orders);
        let is_goods = sales::has_products(&goods);
        let is_people = customers::is_customers(&people);
        let asked = called("answers") || answers.matches.have(&["response_id"]);
        let responds = survey::is_responses(&answers, called("answers"), vocabulary);
        let own = canonical.iter().position(|it| it.name == name && it.fit(&answers).is_some());
        let role = match own.filter(|at| !is_staged(&canonical[*at].name)) {
            Some(at) => Role::AsIs(at),
            None if survey::is_answers(&answers) => Role::Answers,
            None if asked && responds => Role::Responses,
            None if called("sales") && is_sales => Role::Sales,
            None if called("products") && is_goods => Role::Products,
            None if called("customers") && is_people => Role::Customers,
            None if is_sales => Role::Sales,
            None if responds => Role::Responses,
            None if is_goods => Role::Products,
            None if customers::tells_of_customers(&people)
                && !people.matches.have_any(&["order_id"]) =>
            {
                Role::Customers
            }
            None => Role::AsIs(fitting(canonical, &answers)?),
        };
        let source = match role {
            Role::Sales => orders,
            Role::Products => goods,
            Role::Customers => people,
            Role::Answers | Role::Responses | Role::AsIs(_) => answers,
        };
        Some(Self { found, role, source })
    }

    /// Drafts stages of the file, and declares it if one of them is needed.
    fn stages(&self, stages: &[Stage], event_time: Option<&str>, draft: &mut Draft) {
        let needed: Vec<&Stage> = stages.iter().filter(|stage| !draft.has(&stage.table)).collect();
        if needed.is_empty() {
            return;
        }
        draft.declare(self.source.name, self.found, None, event_time);
        for stage in needed {
            draft.add(stage, &format!("`{}`", self.source.pattern));
        }
    }

    fn unused(&self) -> String {
        format!(
            "`{}`: other files provide its tables already, or what it would need is not there: orders need a date, \
             lines an order number and an amount",
            self.source.pattern
        )
    }
}

/// The canonical table that most columns of a source are of.
fn fitting(canonical: &[Canonical], source: &Source<'_>) -> Option<usize> {
    let fits = canonical.iter().enumerate().filter_map(|(at, it)| Some((it.fit(source)?, at)));
    fits.filter(|(_, at)| !is_staged(&canonical[*at].name)).max().map(|(_, at)| at)
}

/// Whether a table is made of files by what their columns mean.
fn is_staged(table: &str) -> bool {
    ["orders", "order_lines", "customers", "products", "survey_answers"].contains(&table)
}

fn source<'a>(
    found: &'a Found,
    vocabulary: &Vocabulary,
    kind: &str,
    is_called: bool,
) -> Source<'a> {
    let columns = found.proven.columns();
    let known = vocabulary.tables.get(kind);
    let matches = known.map(|kind| Matches::of(&columns, kind, is_called, &found.means));
    Source {
        name: &found.group.name,
        pattern: &found.group.pattern,
        columns,
        matches: matches.unwrap_or_default(),
        keep: found.keep.as_ref(),
    }
}

fn stage_sales(files: &[File<'_>], vocabulary: &Vocabulary, draft: &mut Draft) {
    let all = || files.iter().filter(|file| file.role == Role::Sales);
    let placed = all().filter(|file| sales::has_orders(&file.source));
    let Some(orders) = placed.min_by_key(|file| !file.source.is_unique("order_id")) else { return };
    let ranked = all().filter_map(|file| Some((sales::line_rank(&file.source)?, file)));
    let Some((_, lines)) = ranked.min_by_key(|(rank, _)| *rank) else { return };
    let at = orders.source.event_time(&["ordered_at"]);
    orders.stages(&[sales::orders(&orders.source, vocabulary)], at, draft);
    let at = lines.source.event_time(&["ordered_at"]);
    lines.stages(&[sales::order_lines(&lines.source)], at, draft);
    let goods = files.iter().filter(|file| file.role == Role::Products);
    let told = all().filter(|file| sales::has_products(&file.source));
    if let Some(products) = goods.chain(told).next() {
        let at = products.source.event_time(&["ordered_at"]);
        products.stages(&[sales::products(&products.source)], at, draft);
    }
}

fn stage_surveys(files: &[File<'_>], vocabulary: &Vocabulary, draft: &mut Draft) {
    let surveys = files.iter().filter(|it| matches!(it.role, Role::Answers | Role::Responses));
    for file in surveys {
        let source = &file.source;
        let at = source.event_time(&["answered_at"]);
        if file.role == Role::Answers {
            file.stages(&[survey::long_answers(source), survey::long_questions(source)], at, draft);
            continue;
        }
        let questions = survey::questions(source, vocabulary);
        if !draft.has("survey_answers") {
            draft.params.extend(measured(&questions));
        }
        let stages =
            [survey::wide_answers(source, &questions), survey::wide_questions(source, &questions)];
        file.stages(&stages, at, draft);
    }
}

/// The parameters that say which questions NPS, CSAT and CES are read from.
fn measured(questions: &[survey::Question]) -> Vec<(String, String)> {
    let known = [("nps", "recommendation"), ("csat", "satisfaction"), ("ces", "effort")];
    let found = known.iter().filter_map(|(index, construct)| {
        let of = |question: &&survey::Question| question.construct.as_deref() == Some(construct);
        let question = questions.iter().find(of)?;
        Some((format!("{index}_question"), question.column.clone()))
    });
    found.collect()
}

fn stage_customers(files: &[File<'_>], draft: &mut Draft) {
    let acting =
        files.iter().filter(|it| matches!(it.role, Role::Sales | Role::Answers | Role::Responses));
    let by_email =
        acting.clone().count() > 0 && acting.clone().all(|it| it.source.knows_by_email());
    for file in files.iter().filter(|file| file.role == Role::Customers) {
        file.stages(&[customers::customers(&file.source, by_email)], None, draft);
    }
    let tables = [("orders", "ordered_at"), ("survey_answers", "answered_at")];
    let there: Vec<_> = tables.into_iter().filter(|(table, _)| draft.has(table)).collect();
    if !draft.has("customers") && !there.is_empty() {
        draft.add(&customers::from_what_they_did(&there), "what they did");
    }
}
