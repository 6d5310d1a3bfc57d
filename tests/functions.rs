//! Every SQL function keeps the promises its own file makes.

use datafusion::arrow::util::display::array_value_to_string;
use datafusion::prelude::{SessionConfig, SessionContext};
use patronage::functions::{Call, Example, Function, all, describe, markdown, register};

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
    for name in names {
        let section = describe(name).expect("documented");
        assert!(document.contains(&section), "{name}");
        assert!(section.starts_with(&format!("## {name}\n")), "{name}");
    }
    assert_eq!(describe("no_such_function"), None);
}

#[tokio::test]
async fn partitions_and_order_do_not_change_a_digit() {
    let mut answers = Vec::new();
    for (partitions, order) in [(1, "i"), (8, "i % 97"), (3, "-i")] {
        let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(100);
        let session = SessionContext::new_with_config(config);
        register(&session);
        let rows = format!(
            "SELECT i % 5 AS segment, i % 7 AS frequency, 0.1e0 + (i % 31) AS age, \
             CASE WHEN i % 7 > 0 THEN (0.1e0 + (i % 31)) * (i % 11) / 11 ELSE 0 END AS recency, \
             0.01e0 + (i * 37 % 1001) AS monetary, 0.3e0 + (i % 13) AS weight, \
             i % 7 + CASE WHEN i % 7 > 0 THEN i % 3 ELSE 0 END AS last, i % 11 AS missed \
             FROM generate_series(1, 5000) AS t(i) ORDER BY {order}"
        );
        let models = format!(
            "SELECT segment, bgnbd_fit(frequency, recency, age, weight) AS a, \
             gamma_gamma_fit(frequency, monetary, weight) AS b, nps(frequency, weight) AS c, \
             csat(frequency, 6, weight) AS d, ces(monetary, weight) AS e, \
             quantile_cuts(monetary, 7) AS f, nbd_fit(frequency, recency, age, weight) AS g, \
             mbgnbd_fit(frequency, recency, age, weight) AS h, \
             pareto_nbd_fit(frequency, recency, age, weight) AS i, \
             purchase_model_comparison(frequency, recency, age, frequency % 3, 5, weight) AS j, \
             mbgcnbd_fit(frequency, recency, age, CASE WHEN frequency = 0 THEN 0 \
             WHEN recency > 0 THEN frequency * ln(recency / frequency) END, 2, weight) AS k, \
             bgbb_fit(frequency, last, last + missed, weight) AS l, \
             bdw_fit(1 + last, missed % 2, weight) AS m FROM ({rows}) GROUP BY segment"
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
    assert!(answers[0].len() > 2000, "{}", answers[0]);
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
        move |function: &Function| matches!(function.call, Call::Aggregate(_)) == aggregates;
    all().into_iter().filter(chosen).flat_map(|function| {
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
