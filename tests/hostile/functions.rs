//! A function with any arguments returns a result or an error.
//!
//! Calls are generated from the declarations of the functions: arguments, their domains,
//! which may be left out. Columns contain usual, extreme and invalid values. No call may panic or
//! run for ever; a returned number is finite; an error names the function; partitions, order and
//! ORDER BY do not change a result; the `try_` variant never fails and otherwise gives the same
//! result.
//!
//! `PATRONAGE_FUZZ_ROUNDS=100 cargo test --test it hostile::functions` tries more than every run
//! does. A case that finds something prints itself, and is kept in [`FOUND`].

use std::collections::VecDeque;
use std::fmt::Write;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, ListArray, RecordBatch,
    StringArray, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Schema};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::FutureExt;
use patronage::functions::{Argument, Call, Domain, Function, all, register};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Rounds of every run; each calls every function.
const ROUNDS: u64 = 1;
/// Cases that once found something.
const FOUND: &[Key] = &[("bgcnbd_expected_purchases", Numbers::Mixed, 1)];

/// A function, the numbers it is called with, and a seed.
type Key = (&'static str, Numbers, u64);

/// What numbers a case is made of.
#[derive(Debug, Clone, Copy)]
enum Numbers {
    /// Most as they should be.
    Mixed,
    /// Most of them in the domain, and as large or small as numbers are.
    Extreme,
}
/// Longer than any case takes, on however busy a machine.
const FOR_EVER: Duration = Duration::from_mins(10);

const ROWS: usize = 12;

#[test]
fn every_call_of_every_function_is_answered_or_refused() {
    let rounds = std::env::var("PATRONAGE_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    let only = std::env::var("PATRONAGE_FUZZ_ONLY").ok();
    let names: Vec<&str> = all().iter().map(|function| function.name).collect();
    let kinds = [Numbers::Mixed, Numbers::Extreme];
    let new = (0..rounds.unwrap_or(ROUNDS))
        .flat_map(|seed| kinds.map(|numbers| (numbers, seed)))
        .flat_map(|(numbers, seed)| names.iter().map(move |name| (*name, numbers, seed)));
    let cases = FOUND.iter().copied().chain(new);
    let cases: VecDeque<_> =
        cases.filter(|(name, ..)| only.as_deref().is_none_or(|only| only == *name)).collect();
    assert!(FOUND.iter().all(|(name, ..)| names.contains(name)), "a kept case has no function");
    let faults = work_off(cases);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Tries all cases, and says what is wrong.
fn work_off(cases: VecDeque<Key>) -> Vec<String> {
    let state = Arc::new(Mutex::new((cases, Vec::new())));
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let workers: Vec<_> = (0..workers)
        .map(|_| {
            let (state, busy) = (Arc::clone(&state), Arc::new(Mutex::new(None)));
            let at_work = Arc::clone(&busy);
            let worker = std::thread::spawn(move || {
                loop {
                    let Some(key) = state.lock().unwrap().0.pop_front() else { break };
                    *at_work.lock().unwrap() = Some((key, Instant::now()));
                    let found = Case::new(key).faults();
                    state.lock().unwrap().1.extend(found);
                }
            });
            (worker, busy)
        })
        .collect();
    while !workers.iter().all(|(worker, _)| worker.is_finished()) {
        std::thread::sleep(Duration::from_millis(50));
        for (worker, busy) in &workers {
            let Some((key, since)) = *busy.lock().unwrap() else { continue };
            if !worker.is_finished() && since.elapsed() > FOR_EVER {
                let mut state = state.lock().unwrap();
                state.1.push(format!("{key:?} does not end"));
                return std::mem::take(&mut state.1);
            }
        }
    }
    for (worker, _) in workers {
        worker.join().unwrap();
    }
    std::mem::take(&mut state.lock().unwrap().1)
}

/// One function, and what it is called with.
struct Case {
    function: &'static Function,
    key: Key,
    arguments: Vec<String>,
    columns: Vec<ArrayRef>,
}

impl Case {
    fn new(key: Key) -> Self {
        let (name, numbers, seed) = key;
        let function = all().iter().find(|function| function.name == name).unwrap();
        let letters =
            name.bytes().fold(seed, |sum, letter| sum.wrapping_mul(31) + u64::from(letter));
        let mut random = Random(ChaCha8Rng::seed_from_u64(letters), numbers);
        let needed = function.arguments.iter().filter(|argument| !argument.optional).count();
        let count = random.0.random_range(needed..=function.arguments.len());
        // In most cases most rows are as they should be; otherwise errors hide all else.
        let wild = *[0.0, 0.0, 0.02, 0.3].choose(&mut random.0).unwrap();
        let wild = if matches!(numbers, Numbers::Extreme) { 0.9 } else { wild };
        let (mut arguments, mut columns) = (Vec::new(), Vec::new());
        for argument in &function.arguments[..count] {
            if let Some(constant) = random.constant(argument, wild) {
                arguments.push(constant);
            } else {
                arguments.push(format!("c{}", columns.len()));
                columns.push(random.column(function, argument, wild));
            }
        }
        Self { function, key, arguments, columns }
    }

    fn faults(&self) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = match self.function.call {
            Call::Scalar { .. } => runtime.block_on(self.scalar()),
            Call::Aggregate(_) => runtime.block_on(self.aggregate()),
        };
        found.into_iter().map(|fault| format!("{:?}: {fault}", self.key)).collect()
    }

    fn call(&self, prefix: &str, within: &str) -> String {
        format!("{prefix}{}({}{within})", self.function.name, self.arguments.join(", "))
    }

    async fn scalar(&self) -> Vec<String> {
        let session = self.session(1, ROWS);
        let (strict, lenient) = (self.call("", ""), self.call("try_", ""));
        let mut faults = Vec::new();
        let tried = ask(&session, &format!("SELECT {lenient} AS v FROM t ORDER BY id")).await;
        let tried = self.judge(&lenient, tried, &mut faults);
        let asked = ask(&session, &format!("SELECT {strict} AS v FROM t ORDER BY id")).await;
        let asked = self.judge(&strict, asked, &mut faults);
        match (&tried, &asked) {
            (Some(tried), Some(asked)) if tried != asked => {
                faults.push(format!("{strict} differs from its twin:\n{tried:?}\n{asked:?}"));
            }
            (None, Some(_)) => faults.push(format!("{lenient} fails where {strict} answers")),
            _ => {}
        }
        if asked.is_some() {
            return faults;
        }
        // Where it is refused as a whole, it is asked for the rows that the twin answers.
        let some = format!(
            "SELECT v FROM (SELECT id, {lenient} AS v FROM t) WHERE v IS NOT NULL ORDER BY id"
        );
        let same = format!("SELECT {strict} AS v FROM t WHERE {lenient} IS NOT NULL ORDER BY id");
        let Ok(some) = ask(&session, &some).await else { return faults };
        match ask(&session, &same).await {
            Ok(same) if same.shown == some.shown => {}
            Err(Failure::Refused(_)) if some.shown.is_empty() => {}
            Ok(same) => faults.push(format!("{strict} differs from its twin:\n{some:?}\n{same:?}")),
            Err(Failure::Refused(error) | Failure::Panicked(error)) => {
                faults.push(format!("{strict} fails where its twin answers: {error}"));
            }
        }
        faults
    }

    async fn aggregate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let (one, many) = (self.session(1, ROWS), self.session(3, 5));
        let by = "FROM t GROUP BY g ORDER BY g";
        let plain = format!("SELECT g, {} AS v {by}", self.call("", ""));
        let want = self.judge(&plain, ask(&one, &plain).await, &mut faults);
        let ordered = format!("SELECT g, {} AS v {by}", self.call("", " ORDER BY o DESC, id"));
        for (session, query) in [(&many, &plain), (&one, &ordered), (&many, &ordered)] {
            let got = self.judge(query, ask(session, query).await, &mut faults);
            if got != want {
                faults.push(format!("{query} is not always the same:\n{want:?}\n{got:?}"));
            }
        }
        let call = self.call("", "");
        let filtered = format!(
            "SELECT g, {call} FILTER (WHERE o > 0) AS v FROM t WHERE o > 0 GROUP BY g ORDER BY g"
        );
        let chosen = format!("SELECT g, {call} AS v FROM t WHERE o > 0 GROUP BY g ORDER BY g");
        let filtered = self.judge(&filtered, ask(&many, &filtered).await, &mut faults);
        let chosen_answer = self.judge(&chosen, ask(&one, &chosen).await, &mut faults);
        if filtered != chosen_answer {
            faults.push(format!("FILTER is not WHERE:\n{filtered:?}\n{chosen_answer:?}"));
        }
        let whole =
            format!("SELECT DISTINCT g, {call} OVER (PARTITION BY g) AS v FROM t ORDER BY g");
        let whole = self.judge(&whole, ask(&many, &whole).await, &mut faults);
        if whole.is_some() && want.is_some() && whole != want {
            faults.push(format!("OVER is not GROUP BY:\n{whole:?}\n{want:?}"));
        }
        for query in [
            format!(
                "SELECT {call} OVER (ORDER BY o, id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) AS v FROM t WHERE id < 6"
            ),
            format!("SELECT {call} OVER (PARTITION BY g ORDER BY o, id) AS v FROM t WHERE id < 6"),
            format!("SELECT {call} FILTER (WHERE o < 0) AS v FROM t"),
            format!("SELECT {call} AS v FROM t WHERE id < 0"),
            format!("SELECT {} AS v FROM t", call.replacen('(', "(DISTINCT ", 1)),
        ] {
            self.judge(&query, ask(&many, &query).await, &mut faults);
        }
        faults
    }

    /// The answers, if there are; what is wrong with them goes to `faults`.
    fn judge(
        &self,
        query: &str,
        answers: Result<Answers, Failure>,
        faults: &mut Vec<String>,
    ) -> Option<Vec<String>> {
        match answers {
            Ok(answers) => {
                for fault in answers.faults {
                    faults.push(format!("{query}: {fault}"));
                }
                if self.function.returns.starts_with("a probability") {
                    let numbers = answers.shown.iter().filter_map(|row| row.trim().parse().ok());
                    let outside = |number: &f64| !(0.0..=1.0).contains(number);
                    faults.extend(
                        numbers.filter(outside).map(|n| format!("{query}: a probability of {n}")),
                    );
                }
                Some(answers.shown)
            }
            Err(Failure::Panicked(message)) => {
                faults.push(format!("{query} panics: {message}"));
                None
            }
            Err(Failure::Refused(error)) => {
                if !error.contains(self.function.name) {
                    faults.push(format!("{query}: the error names no function: {error}"));
                }
                None
            }
        }
    }

    fn session(&self, partitions: usize, batch: usize) -> SessionContext {
        let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(batch);
        let session = SessionContext::new_with_config(config);
        register(&session);
        let numbers = || (0..).take(ROWS);
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(numbers())),
            Arc::new(Int64Array::from_iter_values(numbers().map(|id| id % 3))),
            Arc::new(Int64Array::from_iter_values(numbers().map(|id| id * 7 % 5 - 2))),
        ];
        columns.extend(self.columns.iter().cloned());
        let names = ["id".to_owned(), "g".to_owned(), "o".to_owned()];
        let names = names.into_iter().chain((0..self.columns.len()).map(|i| format!("c{i}")));
        let fields = names.zip(&columns);
        let fields: Vec<_> =
            fields.map(|(name, of)| Field::new(name, of.data_type().clone(), true)).collect();
        let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        let length = ROWS.div_ceil(partitions);
        let parts = (0..partitions)
            .map(|part| vec![rows.slice(part * length, length.min(ROWS - part * length))]);
        let table = MemTable::try_new(rows.schema(), parts.collect()).unwrap();
        session.register_table("t", Arc::new(table)).unwrap();
        session
    }
}

/// Why there are no answers.
enum Failure {
    Panicked(String),
    Refused(String),
}

/// Rows as text, and what is wrong with them.
#[derive(Debug)]
struct Answers {
    shown: Vec<String>,
    faults: Vec<String>,
}

async fn ask(session: &SessionContext, query: &str) -> Result<Answers, Failure> {
    let run = async { session.sql(query).await?.collect().await };
    let batches = match AssertUnwindSafe(run).catch_unwind().await {
        Ok(batches) => batches.map_err(|error| Failure::Refused(error.to_string()))?,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or(panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            return Err(Failure::Panicked(text.unwrap_or_default()));
        }
    };
    let mut answers = Answers { shown: Vec::new(), faults: Vec::new() };
    for batch in batches {
        for row in 0..batch.num_rows() {
            let mut text = String::new();
            for column in batch.columns() {
                write!(text, "{} ", array_value_to_string(column, row).unwrap()).unwrap();
            }
            answers.shown.push(text);
        }
        let value = batch.column_by_name("v").unwrap();
        answers.faults.extend(not_finite(value, "v"));
    }
    Ok(answers)
}

/// The first number in a column, however deep, that is not finite.
fn not_finite(column: &dyn Array, path: &str) -> Option<String> {
    match column.data_type() {
        DataType::Float64 => {
            let numbers = column.as_primitive::<Float64Type>();
            let bad = numbers
                .iter()
                .flatten()
                .find(|number| !number.is_finite() || number.to_bits() == 1 << 63);
            bad.map(|number| format!("{path} is {number:?}"))
        }
        DataType::Struct(fields) => {
            let columns = column.as_struct().columns().iter();
            fields
                .iter()
                .zip(columns)
                .find_map(|(field, of)| not_finite(of, &format!("{path}.{}", field.name())))
        }
        DataType::List(_) => {
            column.as_list::<i32>().iter().flatten().find_map(|items| not_finite(&items, path))
        }
        _ => None,
    }
}

fn is_number(domain: Domain) -> bool {
    matches!(
        domain,
        Domain::Finite
            | Domain::Positive
            | Domain::NotNegative
            | Domain::Whole
            | Domain::Between(..)
            | Domain::WholeBetween(..)
            | Domain::Above(_)
            | Domain::AtLeast(_)
            | Domain::Inside(..)
            | Domain::Share
            | Domain::Number(_)
    )
}

/// What arguments are made of.
struct Random(ChaCha8Rng, Numbers);

/// Large and small, and nothing wrong with most of them.
const EXTREME: [f64; 14] = [
    0.0,
    5e-324,
    1e-308,
    1e-154,
    1e-17,
    1e-9,
    0.999_999_999_999,
    1.0,
    100_000.0,
    1e9,
    1e20,
    1e60,
    1e154,
    1e308,
];

/// Right almost nowhere.
const WRONG: [f64; 9] = [
    -0.0,
    -1e-308,
    -1.0,
    -1e308,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    i64::MAX as f64,
    i64::MIN as f64,
];

const MODEL: [&str; 13] =
    ["r", "alpha", "s", "beta", "a", "b", "k", "gamma", "delta", "c", "p", "q", "v"];

const ITEMS: [&str; 8] = ["x", "y", "z", "u", "promoters", "passives", "detractors", "n_effective"];

const TEXTS: [&str; 5] = [
    "X =~ x + y; Y =~ z; Y ~ X",
    "X =~ x; Y <~ y + z; Z =~ u; Y ~ X; Z ~ X + Y",
    "X =~ x",
    "",
    "~",
];

impl Random {
    /// What is written in the query, for settings and sometimes for numbers.
    fn constant(&mut self, argument: &Argument, wild: f64) -> Option<String> {
        let domain = match argument.domain {
            Domain::Constant(domain) => *domain,
            Domain::Choice(words) => return Some(format!("'{}'", words.choose(&mut self.0)?)),
            Domain::Text(_) => return Some(format!("'{}'", TEXTS.choose(&mut self.0)?)),
            Domain::Number("the name of a construct in the model") => return Some("'S'".into()),
            domain if is_number(domain) && self.0.random_bool(0.3) => domain,
            _ => return None,
        };
        let number = match self.0.random_bool(wild) {
            true => self.unusual(),
            false => self.usual(argument.name, domain),
        };
        Some(format!("CAST('{number:?}' AS DOUBLE)"))
    }

    /// A number that will do, more often than not.
    fn usual(&mut self, name: &str, domain: Domain) -> f64 {
        let whole = |random: &mut ChaCha8Rng, most: u32| f64::from(random.random_range(0..=most));
        match (name, domain) {
            ("age" | "opportunities", _) => 20.0 + whole(&mut self.0, 9),
            ("recency", _) => 12.0 + whole(&mut self.0, 8),
            ("scale_max", _) => 5.0,
            ("k", _) => 2.0,
            (_, Domain::Whole) => whole(&mut self.0, 12),
            (_, Domain::Finite) => whole(&mut self.0, 20) - 5.0,
            (_, Domain::Between(low, high)) => low + (high - low) * whole(&mut self.0, 20) / 20.0,
            (_, Domain::YesNo) => whole(&mut self.0, 1),
            (_, Domain::Positive) => (self.0.random_range(-3.0..4.0_f64)).exp(),
            (_, Domain::NotNegative) => *[0.0, 0.5, 1.0, 2.0, 10.0].choose(&mut self.0).unwrap(),
            _ => *[0.0, 0.5, 0.95, 0.25, 1.0, 2.0, 3.0, 5.0].choose(&mut self.0).unwrap(),
        }
    }

    fn unusual(&mut self) -> f64 {
        let right = matches!(self.1, Numbers::Extreme) || self.0.random_bool(0.8);
        let numbers: &[f64] = if right { &EXTREME } else { &WRONG };
        *numbers.choose(&mut self.0).unwrap()
    }

    fn numbers(&mut self, name: &str, domain: Domain, wild: f64, count: usize) -> Vec<Option<f64>> {
        (0..count)
            .map(|_| match self.0.random_bool(wild) {
                true if self.0.random_bool(0.1) => None,
                true => Some(self.unusual()),
                false => Some(self.usual(name, domain)),
            })
            .collect()
    }

    fn column(&mut self, function: &Function, argument: &Argument, wild: f64) -> ArrayRef {
        let (name, domain) = (argument.name, argument.domain);
        match domain {
            Domain::Label => {
                let labels = ["a", "b", if self.0.random_bool(0.2) { "" } else { "b" }];
                let labels: Vec<_> =
                    (0..ROWS).map(|_| *labels.choose(&mut self.0).unwrap()).collect();
                Arc::new(StringArray::from(labels))
            }
            Domain::YesNo if self.0.random_bool(0.5) => {
                Arc::new((0..ROWS).map(|_| Some(self.0.random_bool(0.5))).collect::<BooleanArray>())
            }
            Domain::Items(_) => self.structure(&ITEMS, Domain::Between(1.0, 5.0), wild),
            Domain::Model => self.structure(&MODEL, Domain::Positive, wild.max(0.05)),
            Domain::Number(words) if words.starts_with("a struct") => self.path_model(wild),
            Domain::List(_) => self.list(name, wild),
            _ if function.name == "cut_score" && name == "cuts" => self.list(name, wild),
            Domain::Matrix(_) => self.matrix(wild),
            _ if wild > 0.0 && self.0.random_bool(0.1) => {
                let usual = [0, 1, 2, 5, i64::MAX, i64::MIN];
                Arc::new(
                    (0..ROWS).map(|_| usual.choose(&mut self.0).copied()).collect::<Int64Array>(),
                )
            }
            _ => Arc::new(Float64Array::from(self.numbers(name, domain, wild, ROWS))),
        }
    }

    fn structure(&mut self, names: &[&str], domain: Domain, wild: f64) -> ArrayRef {
        let columns: Vec<ArrayRef> = names
            .iter()
            .map(|name| Arc::new(Float64Array::from(self.numbers(name, domain, wild, ROWS))) as _)
            .collect();
        let fields: Vec<_> =
            names.iter().map(|name| Field::new(*name, DataType::Float64, true)).collect();
        Arc::new(StructArray::try_new(fields.into(), columns, None).unwrap())
    }

    fn path_model(&mut self, wild: f64) -> ArrayRef {
        let texts = |text: &str| Arc::new(StringArray::from(vec![text; ROWS])) as ArrayRef;
        let numbers = |random: &mut Self| {
            Arc::new(Float64Array::from(random.numbers("", Domain::Positive, wild, ROWS)))
                as ArrayRef
        };
        let weights = numbers(self);
        let names = ["construct", "item"].map(|name| Field::new(name, DataType::Utf8, true));
        let fields: Vec<_> = names
            .into_iter()
            .chain([Field::new("index_weight", DataType::Float64, true)])
            .collect();
        let inside =
            StructArray::try_new(fields.into(), vec![texts("S"), texts("x"), weights], None)
                .unwrap();
        let items = Arc::new(Field::new_list_field(inside.data_type().clone(), true));
        let items = ListArray::new(
            Arc::clone(&items),
            OffsetBuffer::from_lengths([1; ROWS]),
            Arc::new(inside),
            None,
        );
        let scale = |low: f64| Arc::new(Float64Array::from(vec![low; ROWS])) as ArrayRef;
        let fields = vec![
            Field::new("items", items.data_type().clone(), true),
            Field::new("scale_min", DataType::Float64, true),
            Field::new("scale_max", DataType::Float64, true),
        ];
        Arc::new(
            StructArray::try_new(
                fields.into(),
                vec![Arc::new(items), scale(1.0), scale(5.0)],
                None,
            )
            .unwrap(),
        )
    }

    fn list(&mut self, name: &str, wild: f64) -> ArrayRef {
        let lists: Vec<_> = (0..ROWS)
            .map(|_| {
                let length = match self.0.random_range(0..40) {
                    0 => 3000,
                    1 => 0,
                    length => length % 5,
                };
                Some(self.numbers(name, Domain::Whole, wild, length))
            })
            .collect();
        Arc::new(ListArray::from_iter_primitive::<Float64Type, _, _>(lists))
    }

    /// Square, of shares that sum to 1, unless it is wild.
    fn matrix(&mut self, wild: f64) -> ArrayRef {
        let (mut rows, mut lengths) = (Vec::new(), Vec::new());
        for _ in 0..ROWS {
            let size = self.0.random_range(1..4);
            lengths.push(size);
            for _ in 0..size {
                let cut = self.0.random_bool(wild);
                let length = if cut { size - 1 } else { size };
                let mut row = self.numbers("", Domain::YesNo, wild, length);
                let sum: f64 = row.iter().flatten().sum();
                if sum > 0.0 && !cut {
                    for share in row.iter_mut().flatten() {
                        *share /= sum;
                    }
                } else if let Some(first) = row.first_mut() {
                    *first = Some(1.0);
                }
                rows.push(Some(row));
            }
        }
        let rows = ListArray::from_iter_primitive::<Float64Type, _, _>(rows);
        let item = Arc::new(Field::new_list_field(rows.data_type().clone(), true));
        Arc::new(ListArray::new(item, OffsetBuffer::from_lengths(lengths), Arc::new(rows), None))
    }
}
