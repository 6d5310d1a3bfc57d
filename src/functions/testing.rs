//! What the tests of functions share.

use datafusion::arrow::util::display::array_value_to_string;
use datafusion::prelude::SessionContext;

use super::document::{Call, Function};

/// A session that knows one function.
pub(super) fn register(function: Function) -> SessionContext {
    register_in(SessionContext::new(), function)
}

pub(super) fn register_in(session: SessionContext, function: Function) -> SessionContext {
    match function.call {
        Call::Scalar { strict, lenient } => {
            session.register_udf(strict);
            session.register_udf(lenient);
        }
        Call::Aggregate(call) => session.register_udaf(call),
    }
    session
}

/// The first row that a query gives.
pub(super) async fn shown(session: &SessionContext, query: &str) -> String {
    let batches = run(session, query).await.unwrap_or_else(|error| panic!("{query}: {error}"));
    let columns = batches[0].columns().iter();
    let value = |column| match array_value_to_string(column, 0).expect("printable") {
        empty if empty.is_empty() => "NULL".into(),
        value => value,
    };
    columns.map(|column| value(column)).collect::<Vec<_>>().join(" | ")
}

/// What a query is refused with.
pub(super) async fn error(session: &SessionContext, query: &str) -> String {
    run(session, query).await.expect_err(query).to_string()
}

/// What is found wrong with a query before a row is read.
pub(super) async fn planning_error(session: &SessionContext, query: &str) -> String {
    let plan = async { session.sql(query).await?.create_physical_plan().await };
    plan.await.expect_err(query).to_string()
}

async fn run(
    session: &SessionContext,
    query: &str,
) -> datafusion::common::Result<Vec<datafusion::arrow::array::RecordBatch>> {
    session.sql(query).await?.collect().await
}
