//! Every SQL function keeps the promises its own file makes.

use datafusion::arrow::util::display::array_value_to_string;
use datafusion::prelude::SessionContext;
use patronage::functions::{all, describe, markdown, register};

#[tokio::test]
async fn every_example_holds() {
    let session = SessionContext::new();
    register(&session);
    for function in all() {
        assert!(!function.examples.is_empty(), "{} has no example", function.name);
        for example in function.examples {
            let query = example.query();
            let frame =
                session.sql(&query).await.unwrap_or_else(|error| panic!("{query}: {error}"));
            let batches = frame.collect().await.unwrap_or_else(|error| panic!("{query}: {error}"));
            let got = array_value_to_string(batches[0].column(0), 0).expect("printable");
            assert_eq!(got, example.gives, "{query}");
        }
    }
}
