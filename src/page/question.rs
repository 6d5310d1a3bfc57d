//! What a page asks the tables of a release: SQL, one question a file, with the period as `$period`.

/// A question, and the published tables that it reads.
#[derive(Debug)]
pub(super) struct Question {
    /// The name of its file.
    pub(super) name: &'static str,
    /// The tables that it reads.
    pub(super) tables: &'static [&'static str],
    /// The query.
    pub(super) sql: &'static str,
}

macro_rules! questions {
    ($($constant:ident: $name:literal of $($table:literal),+;)*) => {
        $(pub(super) const $constant: Question = Question {
            name: $name,
            tables: &[$($table),+],
            sql: include_str!(concat!("sql/", $name, ".sql")),
        };)*
        /// All of them.
        pub(super) const ALL: &[Question] = &[$($constant),*];
    };
}

questions! {
    KPI: "kpi" of "fact_kpi";
    EQUITY: "equity" of "fact_equity";
    BRIDGE: "bridge" of "fact_equity_bridge";
    KIND: "kind" of "fact_customer_kind";
    TRANSITION: "transition" of "fact_loyalty_transition";
    COHORT: "cohort" of "fact_retention_cohort";
    DRIVER: "driver" of "fact_satisfaction_driver";
    MODEL: "model" of "fact_model";
    WEEK: "week" of "fact_model_week";
    DECILE: "decile" of "fact_model_decile";
    CONCENTRATION: "concentration" of "fact_concentration";
    LORENZ: "lorenz" of "fact_customer_loyalty", "fact_customer_equity";
    REJECT: "reject" of "quarantine";
}
