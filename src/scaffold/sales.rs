//! Orders, order lines and products, from files of sales: one row per order, per line, or both in one file.

use super::source::Source;
use super::stage::{Stage, Value, named};
use super::vocabulary::Vocabulary;
use crate::infer::words;

/// What tells the amount of a line.
const AMOUNTS: [&str; 3] = ["net_amount", "unit_price", "order_total"];
/// What tells that rows are lines.
const OF_LINES: [&str; 4] = ["product_id", "line_no", "unit_price", "quantity"];
/// What tells of a product besides its number.
const OF_PRODUCTS: [&str; 4] = ["product_name", "category", "brand", "unit_cost"];

/// Whether a source is one of sales.
pub(super) fn is_sales(source: &Source<'_>) -> bool {
    let has = |meanings: &[&str]| source.matches.have(meanings);
    let orders = has(&["order_id", "ordered_at"]);
    let lines = has(&["order_id"]) && source.matches.have_any(&OF_LINES);
    let log = has(&["ordered_at"])
        && source.matches.have_any(&["customer_id", "email"])
        && source.matches.have_any(&AMOUNTS);
    orders || lines || log
}

/// Whether it has the orders: when they were placed.
pub(super) fn has_orders(source: &Source<'_>) -> bool {
    source.matches.have(&["ordered_at"])
}

/// How well it tells lines: as lines, as the totals of orders, or not at all.
pub(super) fn line_rank(source: &Source<'_>) -> Option<usize> {
    let as_lines = source.matches.have_any(&OF_LINES)
        && source.matches.have_any(&["net_amount", "unit_price"]);
    let as_totals = source.matches.have_any(&AMOUNTS) && is_row_per_order(source);
    if as_lines { Some(0) } else { as_totals.then_some(1) }
}

/// Whether it tells more of products than their numbers.
pub(super) fn has_products(source: &Source<'_>) -> bool {
    source.matches.have(&["product_id"]) && source.matches.have_any(&OF_PRODUCTS)
}

fn is_row_per_order(source: &Source<'_>) -> bool {
    !source.matches.have(&["order_id"]) || source.is_unique("order_id")
}

/// The stage of the orders.
pub(super) fn orders(source: &Source<'_>, vocabulary: &Vocabulary) -> Stage {
    let key = source.key("order_id");
    let grouped = !is_row_per_order(source);
    let folded = |value: Value| if grouped { value.least() } else { value };
    let status = status(source, vocabulary, grouped);
    let rest = match grouped {
        true => vec![format!("where {0} is not null\ngroup by {0}", key.expression)],
        false => Vec::new(),
    };
    let about = match grouped {
        true => {
            format!("{}, whose rows are lines of orders, put together by order.", source.pattern)
        }
        false => format!("one row of {} each.", source.pattern),
    };
    let columns = vec![
        ("order_id", key),
        ("customer_id", folded(source.customer())),
        ("ordered_at", folded(source.or_null("ordered_at", "timestamp"))),
        ("channel", folded(source.or_null("channel", "varchar"))),
        ("status", status),
    ];
    stage("orders", about, columns, source, rest)
}

/// What became of an order: completed, unless its status is a word for something else.
fn status(source: &Source<'_>, vocabulary: &Vocabulary, grouped: bool) -> Value {
    let Some(found) = source.matches.get("status") else {
        let doubt = "no column tells it: all are taken as completed";
        return Value::of("'completed'").doubt(doubt).expecting("completed");
    };
    let word = format!("lower(trim({}))", found.column.name);
    let mut cases = String::new();
    for (status, words) in &vocabulary.statuses {
        let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        cases = format!("{cases}\n        when {word} in ({}) then '{status}'", words.join(", "));
    }
    let one = format!("case{cases}\n        else 'completed'\n    end");
    let expression = match grouped {
        true => format!(
            "case\n        when count(*) filter (where {one} = 'completed') > 0 then 'completed'\n        \
             else min({one})\n    end"
        ),
        false => one,
    };
    let other = other_words(&found.column.facts.words, vocabulary);
    let value = Value::of(expression).expecting("completed");
    match other.is_empty() {
        true => value,
        false => value.doubt(format!("taken as completed: {}", other.join(", "))),
    }
}

/// The words of a column that no status has.
fn other_words(seen: &std::collections::BTreeSet<String>, vocabulary: &Vocabulary) -> Vec<String> {
    let known = |seen: &String| {
        vocabulary.statuses.values().flatten().any(|word| words(word) == words(seen))
    };
    seen.iter().filter(|word| !known(word)).map(|word| word.replace('\n', " ")).collect()
}

/// The stage of the order lines.
pub(super) fn order_lines(source: &Source<'_>) -> Stage {
    let is_total = line_rank(source) == Some(1);
    let key = source.key("order_id");
    let line_no = match source.value("line_no", "bigint") {
        Some(line_no) => line_no,
        None if is_total => Value::of("1").expecting("1"),
        None => {
            let rows = format!(
                "row_number() over (partition by {} order by _file, _line)",
                key.expression
            );
            Value::of(format!("cast({rows} as bigint)")).expecting("1")
        }
    };
    let quantity = source.value("quantity", "bigint").filter(|_| !is_total);
    let mut rest = Vec::new();
    if let Some(quantity) = &quantity {
        rest.push(format!("where {} > 0", quantity.expression));
    }
    let one = Value::of("cast(1 as bigint)").doubt("no column tells it").expecting("1");
    let columns = vec![
        ("order_id", key),
        ("line_no", line_no),
        ("status", Value::null("varchar")),
        ("product_id", source.or_null("product_id", "varchar")),
        ("quantity", quantity.unwrap_or(one)),
        ("list_price", source.or_null("list_price", "decimal(18, 4)")),
        ("unit_price", source.or_null("unit_price", "decimal(18, 4)")),
        ("promotion_id", Value::null("varchar")),
        ("net_amount", net_amount(source, is_total)),
    ];
    let about = match is_total {
        true => format!(
            "no file tells lines, so each row of {} is one, of the whole amount.",
            source.pattern
        ),
        false => {
            format!("one row of {} each; those that sell nothing are left out.", source.pattern)
        }
    };
    stage("order_lines", about, columns, source, rest)
}

/// What was paid for a line.
fn net_amount(source: &Source<'_>, is_total: bool) -> Value {
    let names: &[&str] =
        if is_total { &["order_total", "net_amount", "unit_price"] } else { &["net_amount"] };
    if let Some(amount) = names.iter().find_map(|name| source.value(name, "decimal(18, 2)")) {
        return amount;
    }
    let Some(price) = source.value("unit_price", "decimal(18, 4)") else {
        return Value::null("decimal(18, 2)");
    };
    let quantity = source.value("quantity", "bigint");
    let times = quantity.map(|it| format!("{} * ", it.expression)).unwrap_or_default();
    let discount = source.value("discount", "decimal(18, 2)");
    let less = discount.as_ref().map(|it| format!(" - coalesce({}, 0)", it.expression));
    let whole = format!("{times}{}{}", price.expression, less.unwrap_or_default());
    let value = Value::of(format!("cast({whole} as decimal(18, 2))"));
    match discount {
        Some(_) => value.doubt("the discount is taken as that of the whole line"),
        None => value,
    }
}

/// The stage of the products that lines or a file of their own tell.
pub(super) fn products(source: &Source<'_>) -> Stage {
    let key = source.or_null("product_id", "varchar");
    let grouped = !source.is_unique("product_id");
    let folded = |value: Value| if grouped { value.least() } else { value };
    let mut rest = vec![format!("where {} is not null", key.expression)];
    if grouped {
        rest.push(format!("group by {}", key.expression));
    }
    let columns = vec![
        ("product_id", key),
        ("product_name", folded(source.or_null("product_name", "varchar"))),
        ("category", folded(source.or_null("category", "varchar"))),
        ("brand", folded(source.or_null("brand", "varchar"))),
        ("unit_cost", folded(source.or_null("unit_cost", "decimal(18, 4)"))),
    ];
    let about = match grouped {
        true => format!("what {} tells of each product.", source.pattern),
        false => format!("one row of {} each.", source.pattern),
    };
    stage("products", about, columns, source, rest)
}

/// A stage that reads one source.
pub(super) fn stage(
    table: &str,
    about: String,
    columns: Vec<(&str, Value)>,
    source: &Source<'_>,
    rest: Vec<String>,
) -> Stage {
    Stage {
        table: table.to_owned(),
        about,
        with: String::new(),
        columns: named(columns),
        from: source.name.to_owned(),
        rest,
        given: vec![(source.name.to_owned(), source.row())],
        expect: Vec::new(),
    }
}
