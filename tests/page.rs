//! The page of a release: its numbers are those of the tables, names in data stay text, and it
//! replaces only an earlier page.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use patronage::page::{Language, page};
use patronage::plan::Plan;
use patronage::publish::Warehouse;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::support::shop::{PIPELINE, Shop};
use crate::support::tables::Tables;

const KPI_SQL: &str = "
select
    kpi, segment,
    cast(value as double) as value, cast(numerator as double) as numerator,
    cast(denominator as double) as denominator, cast(n as bigint) as n,
    cast(lower as double) as lower, cast(upper as double) as upper,
    cast(null as double) as target, 'no_target' as status,
    cast(previous_value as double) as previous_value, cast(null as double) as previous_lower,
    cast(null as double) as previous_upper, cast(n as bigint) as previous_n,
    cast(value - previous_value as double) as change,
    cast(null as double) as change_lower, cast(null as double) as change_upper,
    cast(null as double) as adjusted_p_value, cast(null as boolean) as is_changed
from (values
    ('customer_equity', 'all', 1234567.89, null, null, 7, null, null, 1234560.39),
    ('retention_rate', 'all', 0.75, 3.0, 4.0, 4, 0.301, 0.954, 0.8),
    ('nps', 'all', null, null, 0.0, 0, null, null, null),
    ('retention_rate', '<script>alert(1)</script>', 0.0, 0.0, 3.0, 3, 0.0, 0.561, null)
) as t (kpi, segment, value, numerator, denominator, n, lower, upper, previous_value)";

const KPI_YAML: &str = "
description: Measures.
per: period
key: [period, kpi, segment]
columns:
  kpi: {type: string, description: The measure.}
  segment: {type: string, description: The segment.}
  value: {type: float64, description: Its value.}
  numerator: {type: float64, description: What is divided.}
  denominator: {type: float64, description: What it is divided by.}
  n: {type: int64, description: What it rests on.}
  lower: {type: float64, description: Lower end of its interval.}
  upper: {type: float64, description: Upper end of its interval.}
  target: {type: float64, description: What it was to be.}
  status: {type: string, description: Whether it is.}
  previous_value: {type: float64, description: What it was.}
  previous_lower: {type: float64, description: Lower end of its interval.}
  previous_upper: {type: float64, description: Upper end of its interval.}
  previous_n: {type: int64, description: What it rested on.}
  change: {type: float64, description: How it has changed.}
  change_lower: {type: float64, description: Lower end of its interval.}
  change_upper: {type: float64, description: Upper end of its interval.}
  adjusted_p_value: {type: float64, description: How often chance moves it as far.}
  is_changed: {type: boolean, description: Whether it has changed.}
publish: {sort_by: [kpi, segment]}
";

/// A shop that publishes measures, a segment of which calls itself a script.
fn measured() -> Shop {
    let shop = Shop::new();
    fs::write(shop.path("sql/core/fact_kpi.sql"), KPI_SQL).unwrap();
    fs::write(shop.path("sql/core/fact_kpi.yaml"), KPI_YAML).unwrap();
    let ran = shop.run("2026-03-01", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    shop
}

fn report(shop: &Shop, options: &[&str]) -> super::support::program::Ended {
    shop.patronage(&[&["report", PIPELINE], options].concat())
}

/// A page that is written, looked at.
fn written(shop: &Shop, options: &[&str]) -> String {
    let ended = report(shop, options);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let html = shop.read("report.html");
    is_whole(&html);
    html
}

#[test]
fn a_page_holds_what_the_tables_hold() {
    let shop = measured();
    let html = written(&shop, &[]);
    for part in [
        "<h1>Loyalty, satisfaction and customer equity: shop</h1>",
        "<dt>Release</dt><dd>1</dd>",
        "<dt>As of</dt><dd>2026-03-01T00:00:00Z</dd>",
        "<dt>Period</dt><dd>2026-02-01</dd>",
        "<p class=\"value\">1,234,567.89</p><p>+7.50 since the period before.",
        "<p class=\"value\">75.0%</p><p>95 % interval: 30.1% … 95.4%</p><p>−5.0 pp since",
        "<td class=\"number\">3.00</td><td class=\"number\">4.00</td><td class=\"number\">4</td>",
        "The pipeline has no table fact_equity.",
        "No rejected rows are kept.",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
}

#[test]
fn the_document_of_the_report_tells_every_section() {
    let html = written(&measured(), &[]);
    let headings = html.split("<h2 id=\"").filter_map(|rest| rest.split_once("</h2>"));
    let shown = headings.filter_map(|(heading, _)| heading.split_once("-heading\">"));
    let shown: Vec<&str> = shown.map(|(_, title)| title).collect();
    let document = include_str!("../docs/report.md");
    let rows = document.lines().skip_while(|line| !line.starts_with("| section |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let told: Vec<&str> = rows.filter_map(|row| row.split('|').nth(1).map(str::trim)).collect();
    assert_eq!(told, shown);
}

#[test]
fn what_is_unknown_is_not_0() {
    let html = written(&measured(), &[]);
    let card = "<h3>Net promoter score</h3><p class=\"value\">unknown</p><p>Change unknown.</p>";
    assert!(html.contains(card), "{html}");
    // A rate of 0 is known.
    assert!(html.contains("<td class=\"number\">0.0%</td><td class=\"number\">0.0% … 56.1%</td>"));
}

#[test]
fn what_data_calls_itself_does_nothing() {
    let html = written(&measured(), &[]);
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn the_same_release_gives_the_same_page() {
    let shop = measured();
    let (first, second) = (written(&shop, &[]), written(&shop, &[]));
    assert_eq!(first, second);
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(first, written(&shop, &[]), "a run that changes nothing");
}

#[test]
fn a_page_in_chinese_says_everything_in_chinese() {
    let shop = measured();
    let ended = report(&shop, &["--language", "zh"]);
    assert_eq!(ended.stdout, "wrote report.html: shop, release 1, as of 2026-03-01T00:00:00Z\n");
    let html = shop.read("report.html");
    is_whole(&html);
    for part in ["<html lang=\"zh-Hans\">", "<h3>客户保持率</h3>", "该流水线没有表 fact_equity。"]
    {
        assert!(html.contains(part), "{part}\n{html}");
    }
}

#[test]
fn of_what_is_not_published_there_is_no_page() {
    let shop = Shop::new();
    let told = report(&shop, &[]);
    let shown = shop.patronage(&["show", PIPELINE, "customers"]);
    assert_eq!((told.code, told.stdout.as_str()), (shown.code, ""));
    assert_eq!(told.stderr, shown.stderr.replace("`customers`", "`shop`"));
    assert!(!shop.path("report.html").exists());
}

#[test]
fn a_page_takes_the_place_of_nothing_but_a_page() {
    let shop = measured().with("notes.txt", "keep me");
    fs::write(shop.path("empty.html"), "").unwrap();
    let before = fs::read(shop.path("raw/orders/2026-01.csv")).unwrap();
    for (output, problem) in [
        ("notes.txt", "it is a file that holds something else"),
        ("raw/orders/2026-01.csv", "a source would read it"),
        (PIPELINE, "the project's own files are there"),
        ("sql/new.sql", "the project's own files are there"),
        ("warehouse/_patronage/report.html", "a warehouse keeps its records there"),
        ("warehouse/customers/report.html", "it is in the warehouse"),
    ] {
        let told = report(&shop, &["--output", output]);
        assert_eq!(told.code, 2, "{output}: {}", told.stderr);
        assert!(told.stderr.contains(problem), "{output}: {}", told.stderr);
        assert!(told.stderr.contains("help: let `--output` name"), "{output}: {}", told.stderr);
    }
    assert_eq!(shop.read("notes.txt"), "keep me\n");
    assert_eq!(fs::read(shop.path("raw/orders/2026-01.csv")).unwrap(), before);
    for output in ["empty.html", "empty.html", "new.html", "/dev/null"] {
        assert_eq!(report(&shop, &["--output", output]).code, 0, "{output}");
    }
    assert_eq!(shop.read("empty.html"), shop.read("new.html"));
    assert!(Path::new("/dev/null").metadata().is_ok_and(|there| !there.is_file()));
}

#[test]
fn a_page_goes_where_a_link_leads() {
    let shop = measured();
    fs::create_dir(shop.path("pages")).unwrap();
    std::os::unix::fs::symlink("pages/today.html", shop.path("report.html")).unwrap();
    let html = written(&shop, &[]);
    assert_eq!(shop.read("pages/today.html"), html);
    assert!(shop.path("report.html").is_symlink());
    let left: Vec<_> = fs::read_dir(shop.path("pages")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_folder_that_is_missing_is_told() {
    let told = report(&measured(), &["--output", "nowhere/report.html"]);
    assert_eq!(told.code, 74, "{}", told.stderr);
    let message = "error: cannot write the page to `nowhere/report.html`: No such file";
    assert!(told.stderr.starts_with(message), "{}", told.stderr);
    assert!(told.stderr.contains("help: let `--output` name a file that can be written"));
}

/// Makes sure that the pages of two equal releases of the nightly pipeline are equal, and that they
/// contain the numbers of the tables.
pub(crate) async fn agree_with_tables(plans: [&Plan; 2]) {
    let [html, other] = [of(plans[0]).await, of(plans[1]).await];
    assert!(html == other, "the number of threads changes the page");
    is_whole(&html);
    assert!(!html.contains("has other columns"), "a question does not fit its table");
    let tables = Tables::of(Path::new(&plans[0].warehouse)).await;
    for (table, columns) in [
        ("fact_equity", "customer_equity, customers, repeat_customers"),
        ("fact_equity_bridge", "equity_at_start, time_change, acquired_equity, equity_at_end"),
        ("fact_model_decile", "actual_purchases, customers"),
        ("fact_retention_cohort", "active_customers, spend_to_date"),
        ("fact_loyalty_transition where segment = 'all'", "customers, customers_at_start"),
    ] {
        let rows = tables.rows(&format!("select {columns} from {table}")).await;
        assert!(!rows.is_empty(), "{table}");
        for value in rows.iter().flatten() {
            let cell = format!(">{}<", grouped(value));
            assert!(html.contains(&cell), "{table}: no {cell}");
        }
    }
    let rejected = tables.row("select count(*) from quarantine").await;
    assert!(html.contains(&format!("{} raw rows are kept as rejected", grouped(&rejected))));
}

async fn of(plan: &Plan) -> String {
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root).unwrap();
    page(plan, &warehouse, Language::En).await.unwrap().expect("a page").html
}

/// A number as people read it.
fn grouped(number: &str) -> String {
    let (whole, rest) = number
        .split_once('.')
        .map_or((number, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("−", digits));
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).unwrap()).collect();
    format!("{sign}{}{rest}", parts.join(","))
}

/// What an element of HTML has no end of.
const VOID: [&str; 3] = ["meta", "link", "br"];

/// Makes sure that every element ends where it must, that names are the only ones of their kind and lead somewhere, and
/// that headings skip no level.
fn is_whole(html: &str) {
    let mut reader = Reader::from_str(html);
    reader.config_mut().check_end_names = false;
    let (mut open, mut level) = (Vec::new(), 0);
    let (mut ids, mut wanted) = (BTreeSet::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                let name = element.name().as_ref().to_owned();
                if let Some(next) = name.strip_prefix('h').and_then(|it| it.parse::<u8>().ok()) {
                    assert!(next <= level + 1, "{name} follows h{level}");
                    level = next;
                }
                note(&element, &mut ids, &mut wanted);
                if !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Event::End(element) => {
                let name = element.name().as_ref().to_owned();
                assert_eq!(open.pop().as_ref(), Some(&name));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} do not end");
    for id in wanted {
        assert!(ids.contains(&id), "nothing is called `{id}`");
    }
}

/// Notes what an element is called and what it names; nothing that it names may lie elsewhere.
fn note(element: &BytesStart<'_>, ids: &mut BTreeSet<String>, wanted: &mut Vec<String>) {
    for attribute in element.html_attributes() {
        let attribute = attribute.unwrap();
        let key = attribute.key.as_ref().to_owned();
        let value = attribute.value.into_owned();
        match key.as_str() {
            "id" => assert!(ids.insert(value.clone()), "two elements are called `{value}`"),
            "aria-labelledby" => wanted.extend(value.split(' ').map(str::to_owned)),
            "href" if value == "data:," => {}
            "href" => wanted.push(value.strip_prefix('#').expect("a place of the page").to_owned()),
            "src" | "style" => panic!("`{value}` is not of the page"),
            _ => {}
        }
    }
}
