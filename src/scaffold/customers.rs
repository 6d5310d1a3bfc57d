//! Customers, from a file of their own, or else from what they did.

use super::sales::stage;
use super::source::Source;
use super::stage::{Stage, Value, named};

/// Whether a source is one of customers.
pub(super) fn is_customers(source: &Source<'_>) -> bool {
    source.matches.have_any(&["customer_id", "email"])
}

/// Whether a source tells more of customers than who did something.
pub(super) fn tells_of_customers(source: &Source<'_>) -> bool {
    let facts =
        ["email", "first_seen_at", "segment", "region", "acquisition_channel", "birth_year"];
    is_customers(source) && source.matches.have_any(&facts)
}

/// The customers of a file. Where all else knows them by their addresses, so does this.
pub(super) fn customers(source: &Source<'_>, by_email: bool) -> Stage {
    let key = source.email().filter(|_| by_email).unwrap_or_else(|| source.customer());
    let grouped = by_email || !source.is_unique("customer_id");
    let folded = |value: Value| if grouped { value.least() } else { value };
    let mut rest = vec![format!("where {} is not null", key.expression)];
    if grouped {
        rest.push(format!("group by {}", key.expression));
    }
    let columns = vec![
        ("customer_id", key),
        ("first_seen_at", folded(source.or_null("first_seen_at", "timestamp"))),
        ("segment", folded(source.or_null("segment", "varchar"))),
        ("region", folded(source.or_null("region", "varchar"))),
        ("acquisition_channel", folded(source.or_null("acquisition_channel", "varchar"))),
        ("acquisition_cost", folded(source.or_null("acquisition_cost", "decimal(18, 2)"))),
        ("birth_year", folded(source.or_null("birth_year", "int"))),
    ];
    stage("customers", format!("one row of {} each.", source.pattern), columns, source, rest)
}

/// The customers of orders and surveys, where no file tells of them.
pub(super) fn from_what_they_did(tables: &[(&str, &str)]) -> Stage {
    let parts = tables.iter().map(|(table, at)| {
        format!("    select\n        customer_id,\n        {at} as seen_at\n    from {table}\n    where customer_id is not null\n")
    });
    let parts = parts.collect::<Vec<_>>().join("    union all\n");
    let names: Vec<&str> = tables.iter().map(|(table, _)| *table).collect();
    let (table, at) = tables[0];
    Stage {
        table: "customers".to_owned(),
        about: format!("no file tells of them: whoever is in {}.", names.join(" or ")),
        with: format!("with seen as (\n{parts})\n"),
        columns: named(vec![
            ("customer_id", Value::of("customer_id").expecting("ada")),
            ("first_seen_at", Value::of("min(seen_at)").expecting("2025-01-02 10:00:00")),
            ("segment", Value::null("varchar")),
            ("region", Value::null("varchar")),
            ("acquisition_channel", Value::null("varchar")),
            ("acquisition_cost", Value::null("decimal(18, 2)")),
            ("birth_year", Value::null("int")),
        ]),
        from: "seen".to_owned(),
        rest: vec!["group by customer_id".to_owned()],
        given: vec![(table.to_owned(), format!("{{customer_id: ada, {at}: 2025-01-02 10:00:00}}"))],
        expect: Vec::new(),
    }
}
