//! `patronage register`: views of DuckDB over published tables, asked with DuckDB itself.

use std::env;
use std::process::Command;

use super::{PIPELINE, Shop, ended};
use crate::support::tools::tool;

/// Runs `register` where the program `duckdb` is, and asks the database.
fn asked(shop: &Shop, query: &str) -> String {
    let folder = tool("duckdb").parent().unwrap().to_owned();
    let path = env::join_paths([folder, "/usr/bin".into(), "/bin".into()]).unwrap();
    let mut register = shop.command(&["register", PIPELINE, "--duckdb", "shop.db"]);
    let register = ended(register.env("PATH", path).spawn().unwrap());
    assert_eq!(register.code, 0, "{}", register.stderr);
    assert!(register.stdout.starts_with("wrote views of release "), "{}", register.stdout);
    let answer = Command::new(tool("duckdb"))
        .args(["-readonly", "-csv", "-noheader"])
        .arg(shop.path("shop.db"))
        .arg(query)
        .output()
        .unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8(answer.stdout).unwrap()
}

#[test]
fn the_views_have_the_rows_the_types_and_the_comments_of_the_tables() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &["--from", "2026-01-01"]).code, 0);
    let rows = asked(&shop, "from activity order by all");
    let expected = "2026-01-01,ada,1,10.00\n2026-01-01,bob,1,25.50\n2026-02-01,ada,2,19.25\n2026-02-01,cyd,1,40.00\n";
    assert_eq!(rows, expected);
    let columns = "select column_name, data_type, comment from duckdb_columns() where table_name = 'activity' order by column_index";
    let expected = "period,DATE,The first day of the period.\n\
                    customer_id,VARCHAR,The customer.\n\
                    orders,BIGINT,Orders placed. Unit: orders.\n\
                    spend,\"DECIMAL(18,2)\",What the customer paid. Unit: currency.\n";
    assert_eq!(asked(&shop, columns), expected);
    let views = "select view_name, comment from duckdb_views() where not internal order by all";
    let views = asked(&shop, views);
    assert!(views.contains("activity,What each customer did in a period.\n"), "{views}");
    assert!(views.contains("quarantine,"), "{views}");
}

#[test]
fn views_follow_the_next_release_without_being_written_again() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    assert_eq!(asked(&shop, "select count(*) from customers"), "2\n");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let answer = Command::new(tool("duckdb"))
        .args(["-readonly", "-csv", "-noheader"])
        .arg(shop.path("shop.db"))
        .arg("select count(*) from customers")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&answer.stdout), "3\n");
}

#[test]
fn the_sql_is_printed_for_any_client_and_a_missing_program_is_named() {
    let shop = Shop::new();
    let early = shop.patronage(&["register", PIPELINE]);
    assert_eq!(early.code, 4, "{}", early.stderr);
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let sql = shop.patronage(&["register", PIPELINE]).stdout;
    assert!(
        sql.contains("create or replace view \"customers\" as\nselect \"customer_id\""),
        "{sql}"
    );
    let mut without = shop.command(&["register", PIPELINE, "--duckdb", "shop.db"]);
    let without = ended(without.env("PATH", "/nowhere").spawn().unwrap());
    assert_eq!(without.code, 2, "{}", without.stderr);
    assert!(without.stderr.contains("there is no program `duckdb` here"), "{}", without.stderr);
    assert!(!shop.path("shop.db").exists());
}
