//! `patronage coverage` of a shop: what it knows, comes near to and lacks.

use serde_json::{Value, json};

use super::{PIPELINE, Shop};

/// The shop with a table of complaints, which no source provides.
fn shop() -> Shop {
    Shop::new()
        .edit(
            "sql/core/customers.yaml",
            "What the customer paid.,",
            "What the customer paid., concept: E1,",
        )
        .edit(
            "sql/core/customers.yaml",
            "When the first order was placed.}",
            "When the first order was placed., approximates: {L13: Silence is not told.}}",
        )
        .with(
            "sql/canonical/complaints.yaml",
            "
            columns:
              customer_id: {type: string, required: true}
              order_id: {type: string}
            ",
        )
        .with(
            "sql/core/voice.sql",
            "
            select
                customers.customer_id,
                count(complaints.customer_id) as complaints,
                count(distinct complaints.order_id) as incidents
            from customers
            left join complaints on complaints.customer_id = customers.customer_id
            group by customers.customer_id
            ",
        )
        .with(
            "sql/core/voice.yaml",
            "
            columns:
              customer_id: {description: The customer.}
              complaints: {description: Complaints., concept: [S14, S15]}
              incidents: {description: Orders with complaints., approximates: {L5: Nobody saw.}}
            publish: {}
            ",
        )
}

/// What is said of some concepts, and the counts.
fn said(shop: &Shop, numbers: &[&str]) -> String {
    let ended = shop.patronage(&["coverage", PIPELINE]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let wanted = |line: &&str| {
        let first = line.split_whitespace().next();
        first.is_some_and(|first| first == "shop:" || numbers.contains(&first))
    };
    assert_eq!(ended.stdout.lines().count(), 85);
    ended.stdout.lines().filter(wanted).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_concept_is_known_approximated_or_missing() {
    insta::assert_snapshot!(said(&shop(), &["L1", "L4", "L5", "L13", "S14", "S15", "E1"]), @r"
    L1   missing       repeat purchase: no table measures it; it is made of order_lines
    L4   missing       share of wallet: no table measures it; it is made of wallet_answers
    L5   approximated  time to decide: voice.incidents (Nobody saw.)
    L13  approximated  tenure and activity: customers.first_order_at (Silence is not told.)
    S14  missing       voice and silence of the dissatisfied: missing input: complaints
    S15  missing       handling of complaints and recovery: missing input: complaints
    E1   known         customer lifetime value: customers.spend
    shop: 1 known, 2 approximated, 80 missing
    ");
}

#[test]
fn an_input_that_is_mapped_makes_a_concept_known() {
    let mapped = shop().with(
        "sql/staging/complaints.sql",
        "select customer_id, order_id from raw_orders where amount < 0",
    );
    insta::assert_snapshot!(said(&mapped, &["S14", "S15"]), @r"
    S14  known         voice and silence of the dissatisfied: voice.complaints
    S15  known         handling of complaints and recovery: voice.complaints
    shop: 3 known, 2 approximated, 78 missing
    ");
}

#[test]
fn a_table_that_can_have_no_rows_comes_near_to_nothing() {
    let empty = shop().edit("sql/core/voice.sql", "left join", "join");
    insta::assert_snapshot!(said(&empty, &["L5", "S14"]), @r"
    L5   missing       time to decide: missing input: complaints
    S14  missing       voice and silence of the dissatisfied: missing input: complaints
    shop: 1 known, 1 approximated, 81 missing
    ");
}

#[test]
fn what_is_not_published_tells_nothing() {
    let kept = shop().edit("sql/core/voice.yaml", "publish: {}", "key: [customer_id]");
    insta::assert_snapshot!(said(&kept, &["L5", "S14"]), @r"
    L5   missing       time to decide: no table measures it; it is made of sessions
    S14  missing       voice and silence of the dissatisfied: no table measures it; it is made of complaints
    shop: 1 known, 1 approximated, 81 missing
    ");
}

#[test]
fn programs_get_the_same_as_json() {
    let ended = shop().patronage(&["coverage", PIPELINE, "--format", "json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let all: Value = serde_json::from_str(&ended.stdout).unwrap();
    let counts = ["known", "approximated", "missing"].map(|state| all[state].as_u64().unwrap());
    assert_eq!(counts, [1, 2, 80]);
    assert_eq!(all["pipeline"], "shop");
    let concepts = all["concepts"].as_array().unwrap();
    assert_eq!(concepts.len(), 83);
    let of = |number: &str| concepts.iter().find(|it| it["concept"] == number).unwrap();
    assert_eq!(
        *of("E1"),
        json!({
            "concept": "E1",
            "term": "customer lifetime value",
            "state": "known",
            "columns": [{"table": "customers", "column": "spend"}],
            "missing_inputs": [],
        })
    );
    assert_eq!(
        of("L13")["columns"],
        json!([{"table": "customers", "column": "first_order_at", "reason": "Silence is not told."}])
    );
    assert_eq!(
        of("S14")["columns"],
        json!([{"table": "voice", "column": "complaints", "missing": ["complaints"]}])
    );
    assert_eq!(of("S14")["missing_inputs"], json!(["complaints"]));
    assert_eq!(of("L4")["missing_inputs"], json!(["wallet_answers"]));
}

#[test]
fn a_project_with_mistakes_has_no_coverage() {
    let broken = shop().edit("sql/core/voice.yaml", "concept: [S14, S15]", "concept: [S14, S51]");
    let ended = broken.patronage(&["coverage", PIPELINE]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(ended.stderr, @r"
    error[unknown-concept]: unknown concept `S51`
     --> sql/core/voice.yaml:3:57
      |
    3 |   complaints: {description: Complaints., concept: [S14, S51]}
      |                                                         ^^^
      |
      = help: use L1–L16, L20–L31, S1–S19, E1–E14, G1–G6, P1–P7, C1–C5 or K1–K4
    ");
}

#[test]
fn a_variable_of_a_location_need_not_be_set() {
    let shop = shop().edit(PIPELINE, "raw/orders/*.csv", "${NOWHERE_SET}/*.csv");
    assert_eq!(shop.patronage(&["check", PIPELINE]).code, 2);
    assert_eq!(shop.patronage(&["coverage", PIPELINE]).code, 0);
    assert_eq!(shop.patronage(&["catalogue", PIPELINE]).code, 0);
}

#[test]
fn the_catalogue_says_what_a_column_is_made_of_and_what_happens_without() {
    let shop = shop()
        .edit("sql/core/voice.sql", "count(distinct complaints.order_id)", "count(*)")
        .with(
            "sql/core/customers.sql",
            "select customer_id, first_order_at, cast(kept as decimal(18, 2)) as spend from purchases",
        )
        .with(
            "sql/core/purchases.sql",
            "
            select
                customer_id,
                min(ordered_at) as first_order_at,
                wilson_lower(count(*), 9) as kept,
                wilson_upper(count(*), 9) as unused
            from orders
            group by customer_id
            ",
        )
        .with(
            "sql/core/purchases.tests.yaml",
            "
            tests:
              none:
                expect: []
            ",
        );
    let ended = shop.patronage(&["catalogue", PIPELINE]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let row = |number: &str| {
        let start = format!("| {number} |");
        ended.stdout.lines().find(|line| line.starts_with(&start)).unwrap().to_owned()
    };
    insta::assert_snapshot!(row("E1"), @"| E1 | customer lifetime value (Berger and Nasr 1998; Fader, Hardie and Lee 2005) | 客户终身价值 | `customers` | `spend` | `sql/core/customers.sql`, `sql/core/purchases.sql` | `wilson_lower` | `orders`: no rows | `sql/core/purchases.tests.yaml` | shop |");
    insta::assert_snapshot!(row("L13"), @"| L13 | tenure and activity (Reinartz and Kumar 2000) | 购买持续性 | `customers` | `first_order_at` (near: Silence is not told.) | `sql/core/customers.sql`, `sql/core/purchases.sql` | – | `orders`: no rows | `sql/core/purchases.tests.yaml` | shop (near) |");
    insta::assert_snapshot!(row("S14"), @"| S14 | voice and silence of the dissatisfied (Hirschman 1970; TARP 1986) | 10%直接抱怨, 90%不抱怨 | `voice` | `complaints` | `sql/core/voice.sql` | – | `complaints`: always `0` | – |  |");
    insta::assert_snapshot!(row("L4"), @"| L4 | share of wallet (Ehrenberg, Uncles and Goodhardt 2004; Keiningham et al. 2011) | 占需求份额, 钱包份额 | *not yet expressed* |  |  |  |  |  |  |");
}
