//! Every SQL function behaves as documented in its file.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::prelude::{SessionConfig, SessionContext};
use patronage::functions::{Argument, Call, Example, Function, Weights, all, markdown, register};

#[tokio::test]
async fn every_example_holds() {
    let session = SessionContext::new();
    register(&session);
    for function in all() {
        assert!(!function.examples.is_empty(), "{} has no example", function.name);
        for example in function.examples {
            let query = example.query();
            assert_eq!(answer(&session, &query).await, example.gives, "{query}");
        }
    }
}

#[test]
fn every_function_is_documented_once_and_in_order() {
    let names: Vec<_> = all().iter().map(|function| function.name).collect();
    assert!(names.is_sorted() && names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    let document = markdown();
    for function in all() {
        let (name, section) = (function.name, function.section());
        assert!(document.contains(&section), "{name}");
        assert!(section.starts_with(&format!("## {name}\n")), "{name}");
    }
}

#[tokio::test]
async fn partitions_and_order_do_not_change_a_digit() {
    let mut answers = Vec::new();
    for (partitions, order) in [(1, "i"), (8, "i % 97"), (3, "-i")] {
        let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(20);
        let session = SessionContext::new_with_config(config);
        register(&session);
        let rows = format!(
            "SELECT i % 2 AS segment, i % 7 AS frequency, 0.1e0 + (i % 31) AS age, \
             CASE WHEN i % 7 > 0 THEN (0.1e0 + (i % 31)) * (i % 11) / 11 ELSE 0 END AS recency, \
             0.01e0 + (i * 37 % 1001) AS monetary, 0.3e0 + (i % 13) AS weight, \
             i % 7 + CASE WHEN i % 7 > 0 THEN i % 3 ELSE 0 END AS last, i % 11 AS missed \
             FROM generate_series(1, 400) AS t(i) ORDER BY {order}"
        );
        let models = format!(
            "SELECT segment, bgnbd_fit(frequency, recency, age, weight, weights => 'design') AS a, \
             gamma_gamma_fit(frequency, monetary, weight, weights => 'design') AS b, nps(frequency, weight) AS c, \
             csat(frequency, 6, weight) AS d, k_means(named_struct('f', frequency, 'm', monetary, 'a', age), 4, weight) AS groups, ces(monetary, weight) AS e, \
             quantile_cuts(monetary, 7) AS f, nbd_fit(frequency, recency, age, weight, weights => 'design') AS g, \
             mbgnbd_fit(frequency, recency, age, weight, weights => 'design') AS h, \
             pareto_nbd_fit(frequency, recency, age, weight, weights => 'design') AS i, \
             purchase_model_comparison(frequency, recency, age, frequency % 3, 5, weight, weights => 'design') AS j, \
             mbgcnbd_fit(frequency, recency, age, CASE WHEN frequency = 0 THEN 0 \
             WHEN recency > 0 THEN frequency * ln(recency / frequency) END, 2, weight, weights => 'design') AS k, \
             bgbb_fit(frequency, last, last + missed, weight, weights => 'design') AS l, \
             bdw_fit(1 + last, missed % 2, weight, weights => 'design') AS m FROM ({rows}) GROUP BY segment"
        );
        let query = format!(
            "SELECT array_agg(named_struct('s', segment, 'a', a, 'b', b, 'c', c, \
             'd', d, 'e', e, 'f', f, 'g', g, 'h', h, 'i', i, 'j', j, 'k', k, 'l', l, 'm', m) \
             ORDER BY segment) FROM ({models})"
        );
        answers.push(answer(&session, &query).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert!(answers[0].len() > 1000, "{}", answers[0]);
}

/// The call of `name` in an example, from the first letter to its bracket's end.
fn call_in<'a>(name: &str, expression: &'a str) -> &'a str {
    let start = expression.find(&format!("{name}(")).expect("an example calls its function");
    let (mut depth, mut quoted) = (0, false);
    for (place, letter) in expression[start..].char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => continue,
        }
        if depth == 0 && letter == ')' {
            return &expression[start..=start + place];
        }
    }
    panic!("{expression} is not closed");
}

/// All examples of functions of one kind, each with its call.
fn calls(aggregates: bool) -> impl Iterator<Item = (&'static str, Example, &'static str)> {
    let chosen =
        move |function: &&Function| matches!(function.call, Call::Aggregate(_)) == aggregates;
    all().iter().filter(chosen).flat_map(|function| {
        let call = move |example: &'static Example| {
            (function.name, *example, call_in(function.name, example.call))
        };
        function.examples.iter().map(call)
    })
}

#[tokio::test]
async fn aggregates_work_in_groups_and_in_windows() {
    let session = SessionContext::new();
    register(&session);
    for (_, example, call) in calls(true) {
        let Example { call: expression, from, gives } = example;
        let group = format!(
            "SELECT {expression} FROM (SELECT *, 1 AS segment FROM {from}) GROUP BY segment"
        );
        assert_eq!(answer(&session, &group).await, gives, "{group}");
        for window in ["", "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"] {
            let over = expression.replacen(call, &format!("{call} OVER ({window})"), 1);
            let query = format!("SELECT {over} FROM {from}");
            assert_eq!(answer(&session, &query).await, gives, "{query}");
        }
    }
}

#[tokio::test]
async fn aggregates_do_not_depend_on_how_rows_are_spread() {
    let config = SessionConfig::new().with_target_partitions(4).with_batch_size(1);
    let session = SessionContext::new_with_config(config);
    register(&session);
    for (_, example, _) in calls(true) {
        let Example { call, from, gives } = example;
        let query =
            format!("SELECT {call} FROM (SELECT * FROM (SELECT * FROM {from}) ORDER BY 1 DESC)");
        assert_eq!(answer(&session, &query).await, gives, "{query}");
    }
}

#[tokio::test]
async fn functions_of_a_row_have_a_lenient_twin() {
    let session = SessionContext::new();
    register(&session);
    for (name, example, call) in calls(false) {
        let lenient = example.call.replacen(call, &format!("try_{call}"), 1);
        let query = Example { call: lenient.leak(), ..example }.query();
        assert_eq!(answer(&session, &query).await, example.gives, "{name}: {query}");
    }
}

#[tokio::test]
async fn models_come_by_join_and_by_subquery() {
    let session = SessionContext::new();
    register(&session);
    for (name, example, call) in calls(false) {
        let Some(model) = call.strip_prefix(&format!("{name}(")) else { continue };
        if !model.starts_with("named_struct(") || !example.from.is_empty() {
            continue;
        }
        let model = call_in("named_struct", model);
        let query = |place: &str, from: &str| {
            let expression = example.call.replacen(model, place, 1);
            format!("WITH fit AS (SELECT {model} AS m) SELECT {expression} {from}")
        };
        for query in [query("fit.m", "FROM fit"), query("(SELECT m FROM fit)", "")] {
            assert_eq!(answer(&session, &query).await, example.gives, "{query}");
        }
    }
}

#[tokio::test]
async fn every_query_in_the_guide_to_models_gives_rows() {
    let session = SessionContext::new();
    register(&session);
    let guide = include_str!("../docs/models.md");
    let queries: Vec<_> =
        guide.split("```sql\n").skip(1).map(|rest| rest.split("```").next()).collect();
    assert!(queries.len() > 30, "{} queries", queries.len());
    for query in queries.into_iter().flatten() {
        let frame = session.sql(query).await.unwrap_or_else(|error| panic!("{query}: {error}"));
        let rows = frame.count().await.unwrap_or_else(|error| panic!("{query}: {error}"));
        assert!(rows > 0, "{query}");
    }
}

#[test]
fn the_guide_to_models_tells_of_every_model_that_is_fitted() {
    let guide = include_str!("../docs/models.md");
    for model in all().iter().filter_map(|function| function.name.strip_suffix("_fit")) {
        assert!(guide.contains(&format!("{model}_")), "no `{model}_fit` in docs/models.md");
    }
}

/// Functions that take weights, and those that do not.
fn by_weights() -> (Vec<&'static Function>, Vec<&'static Function>) {
    all().iter().partition(|function| function.weights.is_some())
}

#[test]
fn every_function_of_weights_says_what_they_are() {
    let (weighted, others) = by_weights();
    assert!(weighted.len() > 30, "{} functions", weighted.len());
    for function in weighted {
        let names: Vec<_> = function.arguments.iter().map(|argument| argument.name).collect();
        // Settings may follow.
        let stand_together = names.windows(2).any(|two| two == ["weight", "weights"]);
        assert!(stand_together, "{}: {names:?}", function.name);
        let (says, other) = match function.weights {
            Some(Weights::Counts) => ("counts", "design"),
            _ => ("design weights", "counts"),
        };
        let says = format!("**Weights** are {says} unless the call says `weights => '{other}'`");
        assert!(function.section().contains(&says), "{}", function.name);
    }
    for function in others {
        let plain = function.arguments.iter().all(|argument| argument.name != "weight");
        assert!(plain, "{} has a weight of no kind", function.name);
    }
}

/// Rows that every function of weights can read, by the names of its arguments. The weight is
/// `w` times, a whole number, and `d` half of it.
const WEIGHED: &str = "
    SELECT i % 3 AS frequency, i % 3 AS successes, i % 3 AS functional, i % 3 + 1 AS dysfunctional,
           CASE WHEN i % 3 = 0 THEN 0 ELSE 3 + i % 7 END AS recency, 11 + i % 5 AS age,
           CASE WHEN i % 3 = 0 THEN 0 ELSE 3 + i % 7 END AS opportunity, 12 AS opportunities,
           CASE i % 3 WHEN 0 THEN 0e0 WHEN 1 THEN ln(3 + i % 7)
                ELSE 2 * ln((3 + i % 7) / 2e0) - 0.1e0 END AS sum_log_gaps,
           2 AS k, i * 37 % 101 / 7e0 AS monetary, 3 + i % 4 AS trials, 1 + i % 6 AS periods,
           i % 4 = 0 AS lost, i % 2 AS holdout_frequency, 6 AS holdout_length,
           i * 37 % 101 AS value, i % 13 + 1 AS time, i % 3 > 0 AS event, i % 3 AS cause,
           CASE WHEN i % 5 < 2 THEN 'a' ELSE 'b' END AS arm, concat('x', i % 2) AS wave,
           1 + i % 7 AS last_gap, 2 + i % 5 AS previous_gap, i % 11 AS outcome, i % 9 AS covariate,
           i % 10 AS before, i * 7 % 12 AS after, i % 2 AS treated, i % 6 AS score, 5 AS scale_max,
           i % 3 = 1 AS hit, i % 11 AS target, 0.2e0 AS share, 4 AS groups, 0.25e0 AS probability,
           named_struct('p', i % 7, 'q', i * 5 % 9) AS drivers,
           named_struct('p', i % 7, 'q', i * 5 % 9) AS items,
           named_struct('p', i % 7, 'q', i * 5 % 9) AS terms, i % 8 AS x, i % 11 AS y,
           1 + i % 3 AS w, (1 + i % 3) / 2e0 AS d
    FROM generate_series(1, 90) AS t(i)";

/// A call with columns of [`WEIGHED`], and what comes last.
fn weighed(function: &Function, weight: &str) -> String {
    let argument = |argument: &Argument| match (function.name, argument.name) {
        ("lorenz", "groups") => "4".to_owned(),
        ("k_means", "k") => "3".to_owned(),
        (_, "share") => "0.2".to_owned(),
        (_, "probability") => "0.25".to_owned(),
        ("pls_path", "model") => "'P =~ p; Q =~ q; Q ~ P'".to_owned(),
        ("pls_path", "scale_min" | "resamples") => "0".to_owned(),
        ("pls_path", "scale_max") => "9".to_owned(),
        ("pls_path", "metric") => "'standardised'".to_owned(),
        ("pls_path", "scheme") => "'path'".to_owned(),
        ("purchase_model_fit", "model") => "'mbgnbd'".to_owned(),
        ("kano", name) => format!("1 + {name} % 5"),
        ("bgbb_fit", "recency") => "opportunity".to_owned(),
        (_, name) => name.to_owned(),
    };
    let given = function.arguments.iter().take_while(|argument| argument.name != "weight");
    let given: Vec<_> = given.map(argument).collect();
    format!("{}({}{weight})", function.name, given.join(", "))
}

#[tokio::test]
async fn counts_are_repeated_rows_and_of_design_weights_only_proportions_matter() {
    let session = SessionContext::new();
    register(&session);
    for function in by_weights().0 {
        let repeated = weighed(function, "");
        let repeated = format!(
            "SELECT {repeated} FROM ({WEIGHED}), generate_series(1, 3) AS c(c) WHERE c <= w"
        );
        let counted = weighed(function, ", w, weights => 'counts'");
        let counted = format!("SELECT {counted} FROM ({WEIGHED})");
        let want = answer(&session, &repeated).await;
        assert_ne!(want, "NULL", "{repeated}");
        assert_eq!(answer(&session, &counted).await, want, "{counted}");
        // Halves and wholes are the same proportions, except sums of weights; powers of two lose no
        // digit.
        let [halves, wholes] = ["d", "w"].map(|weight| {
            let call = weighed(function, &format!(", {weight}, 'design'"));
            format!("SELECT {call} FROM ({WEIGHED})")
        });
        let (halves, wholes) = (answer(&session, &halves).await, answer(&session, &wholes).await);
        let sums = ["ces", "csat", "k_means", "kano", "nps", "rate"].contains(&function.name);
        assert_eq!(halves == wholes, !sums, "{}: {halves}\n{wholes}", function.name);
        // A Lorenz curve consists of shares only.
        let differ = halves != want || function.name == "lorenz";
        assert!(differ, "{}: design weights say what counts say", function.name);
    }
}

#[tokio::test]
async fn the_kind_of_weights_is_told_by_name_and_a_slip_is_found_at_once() {
    let session = SessionContext::new();
    register(&session);
    let rows = "(VALUES (1, 80), (0, 20)) AS t(h, w)";
    for (call, limits) in [
        ("rate(h, w)", "0.180 0.987"),
        ("rate(h, w, 'design')", "0.180 0.987"),
        ("rate(hit => h, weight => w, weights => 'counts')", "0.711 0.867"),
    ] {
        let query = format!(
            "SELECT concat(CAST(r['lower'] AS DECIMAL(4, 3)), ' ', CAST(r['upper'] AS DECIMAL(4, 3))) \
             FROM (SELECT {call} AS r FROM {rows})"
        );
        assert_eq!(answer(&session, &query).await, limits, "{call}");
    }
    for call in ["rate(h, w, weights => 'count')", "rate(h, w, 'count') OVER ()"] {
        let plan =
            async { session.sql(&format!("SELECT {call} FROM {rows}")).await?.collect().await };
        let error = plan.await.expect_err(call).to_string();
        let want = "rate: `weights` must be one of counts, design, got `count`";
        assert!(error.contains(want), "{error}");
    }
    let plan = async {
        session
            .sql("SELECT nps(h, w / 3e0, weights => 'counts') FROM (VALUES (9, 4)) AS t(h, w)")
            .await?
            .collect()
            .await
    };
    let error = plan.await.expect_err("a third of a customer").to_string();
    assert!(error.contains("nps: `weight` must be a whole number"), "{error}");
}

/// Functions that return limits of what was observed, and what they are called with here, as columns of
/// [`WEIGHED`]. Those of what a model foretells always have a level.
const LIMITS: [(&str, &str); 26] = [
    ("ces", "score"),
    ("cox", "time, event, drivers"),
    ("csat", "score, 5"),
    ("cumulative_incidence", "time, cause"),
    ("cuped", "outcome, covariate, treated"),
    ("difference_in_differences", "before, after, treated"),
    ("difference_in_means", "outcome, treated"),
    ("kano", "1 + functional * 2, 6 - dysfunctional"),
    ("kaplan_meier", "time, event"),
    ("key_drivers", "target, drivers"),
    ("least_squares", "target, terms"),
    ("nps", "outcome"),
    (
        "nps_difference",
        "named_struct('promoters', 50, 'passives', 30, 'detractors', 20), \
         named_struct('promoters', 40, 'passives', 30, 'detractors', 30)",
    ),
    ("pls_path", "items, 'P =~ p; Q =~ q; Q ~ P', 0, 9"),
    ("poisson_lower", "7"),
    ("poisson_upper", "7"),
    ("qini", "score, outcome, treated"),
    ("rate", "hit"),
    ("regularity", "last_gap, previous_gap"),
    ("sample_ratio_mismatch", "treated, 0.4e0"),
    ("survival_median", "time, event"),
    ("survival_quantile", "time, event, 0.25e0"),
    ("two_proportions", "56, 70, 48, 80"),
    ("uplift_deciles", "score, hit, treated"),
    ("wilson_lower", "80, 100"),
    ("wilson_upper", "80, 100"),
];

#[test]
fn every_function_with_limits_takes_their_level() {
    let limits = |function: &Function| {
        let section = function.section();
        let field = |line: &str| {
            line.starts_with("| `")
                && line.split(" | ").next().unwrap_or_default().ends_with("lower`")
        };
        // Limits derived from others have the level of those.
        let given = function.arguments.iter().any(|argument| argument.name == "lower");
        !given
            && (["_lower", "_upper"].iter().any(|end| function.name.ends_with(end))
                || section.lines().any(field))
    };
    let mut observed = BTreeSet::new();
    for function in all().iter().filter(|function| limits(function)) {
        let level = function.arguments.iter().find(|argument| argument.name == "level");
        let level = level.unwrap_or_else(|| panic!("{} has no level", function.name));
        if level.optional {
            observed.insert(function.name);
        }
    }
    assert_eq!(observed, LIMITS.map(|(name, _)| name).into());
}

/// What a query gives first, by the names of fields and the places in lists.
async fn leaves(session: &SessionContext, query: &str) -> BTreeMap<String, Option<String>> {
    let frame = session.sql(query).await.unwrap_or_else(|error| panic!("{query}: {error}"));
    let batches = frame.collect().await.unwrap_or_else(|error| panic!("{query}: {error}"));
    let mut leaves = BTreeMap::new();
    add_leaves(batches[0].column(0), String::new(), &mut leaves);
    leaves
}

/// Adds the leaves of the first value of a column.
fn add_leaves(column: &dyn Array, path: String, leaves: &mut BTreeMap<String, Option<String>>) {
    match column.data_type() {
        DataType::Struct(fields) => {
            for (field, column) in fields.iter().zip(column.as_struct().columns()) {
                add_leaves(column, format!("{path} {}", field.name()), leaves);
            }
        }
        DataType::List(_) => {
            let list = column.as_list::<i32>().value(0);
            for place in 0..list.len() {
                add_leaves(&list.slice(place, 1), format!("{path} {place}"), leaves);
            }
        }
        _ => {
            let value = (!column.is_null(0)).then(|| array_value_to_string(column, 0).unwrap());
            leaves.insert(path, value);
        }
    }
}

#[tokio::test]
async fn limits_of_a_higher_level_hold_those_of_a_lower_one_and_nothing_else_moves() {
    let session = SessionContext::new();
    register(&session);
    for (name, given) in LIMITS {
        let at = |level: &str| {
            let query = format!("SELECT {name}({given}{level}) FROM ({WEIGHED}) LIMIT 1");
            let session = session.clone();
            async move { leaves(&session, &query).await }
        };
        let [half, nine_tenths, usual, sure] =
            ["0.5", "0.9", "0.95", "0.99"].map(|level| rest(name, given, level));
        let unsaid = at("").await;
        let [null, _] = rest(name, given, "NULL");
        for said in [&usual[0], &usual[1], &null] {
            assert_eq!(at(said).await, unsaid, "{name}{said}");
        }
        let all = [at(&half[0]).await, at(&nine_tenths[1]).await, unsaid, at(&sure[0]).await];
        let mut wider = 0;
        for pair in all.windows(2) {
            wider += compare(name, &pair[0], &pair[1]);
        }
        assert!(wider >= 2, "{name}: {wider} limits differ in {all:?}");
    }
}

/// Asserts that limits have moved outwards, if at all, and nothing else has; how many have.
fn compare(
    name: &str,
    inner: &BTreeMap<String, Option<String>>,
    outer: &BTreeMap<String, Option<String>>,
) -> usize {
    assert_eq!(inner.len(), outer.len(), "{name}");
    let mut wider = 0;
    for ((path, inner), (same, outer)) in inner.iter().zip(outer) {
        assert_eq!(path, same, "{name}");
        // A missing limit is beyond all.
        let number = |value: &Option<String>, none| {
            value.as_ref().map_or(none, |value| value.parse::<f64>().unwrap())
        };
        let field = if path.is_empty() { name } else { path };
        if field.ends_with("lower") {
            let [inner, outer] = [inner, outer].map(|value| number(value, f64::NEG_INFINITY));
            assert!(outer <= inner, "{name}{path}: {inner} {outer}");
            wider += usize::from(outer < inner);
        } else if field.ends_with("upper") {
            let [inner, outer] = [inner, outer].map(|value| number(value, f64::INFINITY));
            assert!(inner <= outer, "{name}{path}: {inner} {outer}");
            wider += usize::from(inner < outer);
        } else if !field.ends_with("flags") {
            assert_eq!(inner, outer, "{name}{path}");
        }
    }
    wider
}

/// What follows in a call of `name` up to its level: by place, and by name.
fn rest(name: &str, given: &str, level: &str) -> [String; 2] {
    let function = all().iter().find(|function| function.name == name).unwrap();
    // Brackets contain other commas.
    let mut depth = 0;
    let split = |letter: char| {
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        letter == ',' && depth == 0
    };
    let first = given.split(split).count();
    let last = function.arguments.iter().position(|argument| argument.name == "level").unwrap();
    let value = |argument: &Argument| match argument.name {
        "level" => level.to_owned(),
        "weight" => "1".to_owned(),
        _ => "NULL".to_owned(),
    };
    let by_place = |argument: &Argument| format!(", {}", value(argument));
    let by_name = |argument: &Argument| format!(", {} => {}", argument.name, value(argument));
    let rest = &function.arguments[first..=last];
    [
        rest.iter().map(by_place).collect::<Vec<_>>().concat(),
        rest.iter().map(by_name).collect::<Vec<_>>().concat(),
    ]
}

#[tokio::test]
async fn a_level_that_is_none_is_refused_before_a_row_is_read() {
    let session = SessionContext::new();
    register(&session);
    for (name, given) in LIMITS {
        for level in ["0.4999", "0.9991", "1", "95", "-0.95", "'NaN'::double"] {
            let [rest, _] = rest(name, given, level);
            let query = format!("SELECT {name}({given}{rest}) FROM ({WEIGHED}) WHERE false");
            let plan = async { session.sql(&query).await?.collect().await };
            let error = plan.await.expect_err(&query).to_string();
            let want = format!("{name}: `level` must be between 0.5 and 0.999, got ");
            assert!(error.contains(&want), "{query}: {error}");
        }
    }
}

/// The first value that a query gives.
async fn answer(session: &SessionContext, query: &str) -> String {
    let frame = session.sql(query).await.unwrap_or_else(|error| panic!("{query}: {error}"));
    let batches = frame.collect().await.unwrap_or_else(|error| panic!("{query}: {error}"));
    let column = batches[0].column(0);
    if column.is_null(0) {
        return "NULL".into();
    }
    array_value_to_string(column, 0).expect("printable")
}
