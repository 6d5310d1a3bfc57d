//! Projects from files of one's own: known exports, whose published figures are those of their files, and files
//! of which only their columns tell what they are.
//!
//! The figures come from `tests/data/exports/figures.py`, which counts the rows without any query.

use std::fs;
use std::path::{Path, PathBuf};

use patronage::exports;
use tempfile::TempDir;

use crate::support::program::{self, Ended};
use crate::support::repository;
use crate::support::tables::Tables;

/// The folder of the project, below that of a test.
const PROJECT: &str = "shop";
const PIPELINE: &str = "pipelines/shop.yaml";
/// Orders with lines, those completed, their revenue, customers, those who bought.
const SALES: &str = "select count(distinct order_id), \
    count(distinct order_id) filter (where status = 'completed'), \
    sum(net_amount) filter (where status = 'completed'), \
    (select count(*) from dim_customer) as customers, \
    (select count(*) from dim_customer where first_order_at is not null) as buyers from fact_order_line";
/// Answers, their sum, and the customers who gave them.
const ANSWERS: &str =
    "select count(*), cast(sum(score) as bigint), count(distinct customer_id) from answer";

/// A project that `init` has made of some files.
struct Made {
    folder: TempDir,
    told: String,
}

impl Made {
    /// Makes it of a folder, and holds it to pass its checks and tests.
    fn of(from: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let told = does(folder.path(), &["init", PROJECT, "--from", from.to_str().unwrap()]);
        let made = Self { folder, told };
        made.says(&["check", PIPELINE]);
        made.says(&["test", PIPELINE, "--select", "sql/staging"]);
        made
    }

    fn of_export(name: &str) -> Self {
        Self::of(&repository().join("tests/data/exports").join(name))
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join(PROJECT)
    }

    fn says(&self, arguments: &[&str]) -> String {
        does(&self.project(), arguments)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.project().join(path)).unwrap()
    }

    /// Publishes the rows of a canonical table as well.
    fn publishes(self, table: &str, canonical: &str) -> Self {
        let stage = self.project().join("sql/staging").join(table);
        fs::write(stage.with_extension("sql"), format!("select * from {canonical}\n")).unwrap();
        let columns = match canonical {
            "complaints" => {
                "complaint_id customer_id order_id opened_at first_response_at resolved_at channel cause \
                             is_quality_incident loss_amount compensation is_put_right"
            }
            _ => "response_id customer_id answered_at question_id score weight",
        };
        let columns = columns
            .split_whitespace()
            .map(|name| format!("  {name}: {{description: As given.}}\n"));
        let columns: String = columns.collect();
        let text = format!("description: All rows.\ncolumns:\n{columns}publish: {{}}\n");
        fs::write(stage.with_extension("yaml"), text).unwrap();
        self
    }

    /// Publishes some tables.
    async fn run(&self, tables: &str) -> Tables {
        self.says(&["run", PIPELINE, "--as-of", "2026-01-01", "--select", tables]);
        Tables::of(&self.project().join("warehouse")).await
    }
}

/// What the program prints in a folder, where it goes well.
fn does(folder: &Path, arguments: &[&str]) -> String {
    let ended = Ended::of(&program::command(folder).args(arguments).output().unwrap());
    assert_eq!(ended.code, 0, "{arguments:?}\n{}\n{}", ended.stdout, ended.stderr);
    ended.stdout
}

/// Exports of sales, with their figures.
const SHOPS: [(&str, &str); 7] = [
    ("amazon_orders", "27 27 1503.14 0 0"),
    ("magento_orders", "30 22 1796.93 11 11"),
    ("olist", "35 29 1711.96 11 11"),
    ("shopify_orders", "30 27 2047.61 12 12"),
    ("stripe_charges", "30 23 4449.45 13 12"),
    ("stripe_payments", "30 23 1482.42 13 12"),
    ("woocommerce_orders", "30 27 1672.24 11 11"),
];
/// Exports of surveys, with their figures.
const SURVEYS: [(&str, &str); 5] = [
    ("google_forms", "45 179 11"),
    ("olist", "27 85 10"),
    ("qualtrics", "43 166 12"),
    ("surveymonkey", "43 169 12"),
    ("typeform", "47 134 11"),
];
/// Exports of customers, of whom each has twelve.
const CONTACTS: [&str; 2] = ["hubspot_contacts", "klaviyo_profiles"];
const TICKETS: &str = "zendesk_tickets";

#[tokio::test]
async fn exports_of_sales_are_published_to_the_cent() {
    for (name, figures) in SHOPS {
        let tables = Made::of_export(name).run("fact_order_line,dim_customer").await;
        assert_eq!(tables.row(SALES).await, figures, "{name}");
    }
}

#[tokio::test]
async fn exports_of_surveys_are_answers_of_customers() {
    for (name, figures) in SURVEYS {
        let tables =
            Made::of_export(name).publishes("answer", "survey_answers").run("answer").await;
        assert_eq!(tables.row(ANSWERS).await, figures, "{name}");
    }
}

#[tokio::test]
async fn tickets_are_complaints_and_ratings() {
    let made = Made::of_export(TICKETS);
    let made = made.publishes("answer", "survey_answers").publishes("complaint", "complaints");
    let tables = made.run("answer,complaint,dim_customer").await;
    let query = "select (select count(*) from complaint) as complaints, (select count(*) from answer) as ratings, \
                 (select cast(sum(score) as bigint) from answer) as good, \
                 (select count(*) from dim_customer) as customers";
    assert_eq!(tables.row(query).await, "9 18 17 10");
}

#[tokio::test]
async fn contacts_are_customers() {
    for name in CONTACTS {
        let tables = Made::of_export(name).run("dim_customer").await;
        assert_eq!(tables.row("select count(*) from dim_customer").await, "12", "{name}");
    }
}

#[test]
fn every_known_export_has_a_file_and_figures_here_and_a_row_in_the_document() {
    let counted = SHOPS.iter().chain(&SURVEYS).map(|(name, _)| *name);
    let counted: Vec<&str> = counted.chain(CONTACTS).chain([TICKETS]).collect();
    let document = fs::read_to_string(repository().join("docs/exports.md")).unwrap();
    for export in exports::all() {
        let file = repository().join("tests/data/exports").join(&export.name);
        assert!(file.is_dir(), "{}", file.display());
        assert!(counted.contains(&export.name.as_str()), "no figures of {}", export.name);
        let title = export.about.title.split(" (").next().unwrap();
        assert!(document.contains(&format!("\n| {title} |")), "docs/exports.md: {title}");
    }
}

/// A folder with these files.
fn files(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// What `init` says of files, and how it ends.
fn init(from: &Path, folder: &Path) -> Ended {
    let arguments = ["init", PROJECT, "--from", from.to_str().unwrap()];
    Ended::of(&program::command(folder).args(arguments).output().unwrap())
}

#[tokio::test]
async fn orders_lines_customers_and_products_in_files_of_their_own_are_joined() {
    let raw = files(&[
        (
            "orders/2025-01.csv",
            "Order ID,Customer ID,Order Date,Status,Total\n1,7,2025-01-02,paid,30.00\n2,8,2025-01-03,Cancelled,5.00\n",
        ),
        (
            "orders/2025-02.csv",
            "Order ID,Customer ID,Order Date,Status,Total\n3,7,2025-02-02,refunded,9.00\n",
        ),
        (
            "order_items.csv",
            "order_id,sku,qty,unit_price\n1,a,2,10.00\n1,b,1,10.00\n2,a,1,5.00\n3,b,1,9.00\n3,a,-1,9.00\n",
        ),
        (
            "customers.csv",
            "id,name,country,created_at\n7,Ada,SE,2024-12-01\n8,Bo,FR,2024-12-02\n9,Cem,FR,2024-12-03\n",
        ),
        ("products.csv", "SKU,Name,Category,Cost\na,Fern,prints,3.00\nb,Mug,kitchen,4.00\n"),
        ("notes.md", "nothing\n"),
        // Who was in a campaign is not who is a customer.
        ("campaigns.csv", "campaign_id,customer_id\n1,7\n"),
    ]);
    let made = Made::of(raw.path());
    let tables = made.run("fact_order_line,dim_customer").await;
    // The order of customer 8 was cancelled, the second one of customer 7 given back.
    assert_eq!(tables.row(SALES).await, "3 1 30.00 3 1");
    let query = "select category, sum(quantity) as units, min(status) as first from fact_order_line group by category \
                 order by category";
    let rows = tables.rows(query).await;
    assert_eq!(rows, [["kitchen", "2", "completed"], ["prints", "3", "cancelled"]]);
    assert!(made.told.contains("left out: `notes.md`: no file of data"), "{}", made.told);
    assert!(made.text(PIPELINE).contains("orders/[0-9]*.csv"), "{}", made.text(PIPELINE));
}

#[tokio::test]
async fn one_file_of_lines_with_chinese_headers_is_orders_lines_customers_and_products() {
    let raw = files(&[(
        "销售.csv",
        "订单编号,客户编号,下单时间,商品编码,商品名称,类别,数量,单价\n\
         A1,u1,2025-03-01 10:00:00,s1,茶,饮料,2,10.50\n\
         A1,u1,2025-03-01 10:00:00,s2,杯,器皿,1,30.00\n\
         A2,u2,2025-03-02 11:00:00,s1,茶,饮料,1,10.50\n",
    )]);
    let made = Made::of(raw.path());
    let tables = made.run("fact_order_line,dim_customer").await;
    assert_eq!(tables.row(SALES).await, "2 2 61.50 2 2");
    let query = "select count(distinct category) from fact_order_line where category is not null";
    assert_eq!(tables.row(query).await, "2");
    let told = "not sure: no column tells it: all are taken as completed";
    assert!(made.text("sql/staging/orders.sql").contains(told));
}

#[tokio::test]
async fn orders_with_a_total_and_an_address_are_lines_and_customers() {
    let raw = files(&[(
        "sales.csv",
        "order number,email,date,amount\nx-1,Ada@example.com,2025-01-02,10.00\nx-2,ada@example.com,2025-01-09,2.50\n",
    )]);
    let tables = Made::of(raw.path()).run("fact_order_line,dim_customer").await;
    assert_eq!(tables.row(SALES).await, "2 2 12.50 1 1");
}

#[tokio::test]
async fn files_with_the_columns_of_a_canonical_table_are_taken_as_they_are() {
    let raw = files(&[
        ("orders.csv", "order_id,customer_id,ordered_at,total_amount\n1,7,2025-01-02,30.00\n"),
        ("birthdays.csv", "customer_id,birth_date\n7,1980-05-06\n8,1990-05-06\n"),
    ]);
    let made = Made::of(raw.path());
    assert!(made.text("sql/staging/birthdays.sql").contains("birth_date"));
    assert!(made.text(PIPELINE).contains("use: [loyalty, equity, programme]"));
}

#[test]
fn what_is_there_is_not_written_over() {
    let raw = files(&[(
        "sales.csv",
        "order number,email,date,amount\nx-1,ada@example.com,2025-01-02,10.00\n",
    )]);
    let folder = files(&[("shop/README.md", "mine\n")]);
    let first = init(raw.path(), folder.path());
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(first.stdout.contains("`README.md` was there, and stays as it is"), "{}", first.stdout);
    assert_eq!(fs::read_to_string(folder.path().join("shop/README.md")).unwrap(), "mine\n");
    let again = init(raw.path(), folder.path());
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("is there already, and stays as it is"), "{}", again.stderr);
}

#[test]
fn files_of_which_nothing_is_known_make_no_project() {
    let raw = files(&[("weather.csv", "station,rain\nnorth,1.5\nsouth,2.5\n")]);
    let folder = TempDir::new().unwrap();
    let ended = init(raw.path(), folder.path());
    assert_eq!((ended.code, folder.path().join(PROJECT).exists()), (2, false));
    let told =
        "`weather.csv`: its columns (station, rain) tell no orders, customers, products or answers";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    let nothing = init(&raw.path().join("gone"), folder.path());
    assert_ne!(nothing.code, 0);
}
