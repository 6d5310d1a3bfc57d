//! Every SQL function keeps the promises its own file makes.

use datafusion::arrow::util::display::array_value_to_string;
use datafusion::prelude::{SessionConfig, SessionContext};
use patronage::functions::{all, describe, markdown, register};

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
             0.01e0 + (i * 37 % 1001) AS monetary, 0.3e0 + (i % 13) AS weight \
             FROM generate_series(1, 5000) AS t(i) ORDER BY {order}"
        );
        let models = format!(
            "SELECT segment, bgnbd_fit(frequency, recency, age, weight) AS a, \
             gamma_gamma_fit(frequency, monetary, weight) AS b, nps(frequency, weight) AS c, \
             csat(frequency, 6, weight) AS d, ces(monetary, weight) AS e, \
             quantile_cuts(monetary, 7) AS f, nbd_fit(frequency, recency, age, weight) AS g, \
             mbgnbd_fit(frequency, recency, age, weight) AS h, \
             pareto_nbd_fit(frequency, recency, age, weight) AS i, \
             purchase_model_comparison(frequency, recency, age, frequency % 3, 5, weight) AS j FROM ({rows}) GROUP BY segment"
        );
        let query = format!(
            "SELECT array_agg(named_struct('s', segment, 'a', a, 'b', b, 'c', c, \
             'd', d, 'e', e, 'f', f, 'g', g, 'h', h, 'i', i, 'j', j) ORDER BY segment) FROM ({models})"
        );
        answers.push(answer(&session, &query).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert!(answers[0].len() > 2000, "{}", answers[0]);
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
