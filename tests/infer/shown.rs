//! What is proposed is what fits once it is printed, where parts of URLs are not.

use super::{accepted, folder, inferred, types};

#[test]
fn words_that_cannot_be_shown_whole_are_not_proposed() {
    let advice = |url: &str| {
        let text = format!("id,url\n{}", format!("1,{url}\n").repeat(20));
        let files = folder(&[("a.csv", text.as_bytes())]);
        inferred(&files, "a.csv").unwrap().contains("accepted_values")
    };
    assert!(advice("https://x.de/a") && advice("shop"));
    assert!(!advice("https://x.de/a?b=1") && !advice("https://ann:pass@x.de/a"));
}

#[test]
fn columns_whose_names_cannot_be_shown_whole_are_left_out() {
    let text = "id,https://x.de/a?b=1,https://x.de/c\n1,2,3\n";
    let files = folder(&[("a.csv", text.as_bytes())]);
    let block = inferred(&files, "a.csv").unwrap();
    assert_eq!(accepted(&files, &block), 1, "{block}");
    assert_eq!(types(&block), "id int64, https_x_de_c int32", "{block}");
    assert!(
        block.contains("# A column is left out: its name holds what is never shown"),
        "{block}"
    );
}

#[test]
fn ids_that_became_floats_are_told_by_their_path_too() {
    let text =
        "{\"id\": 1000.0, \"ref\": {\"order\": 1000.0}, \"account\": {\"balance\": 1000.0}}\n";
    let files = folder(&[("a.ndjson", text.as_bytes())]);
    let block = inferred(&files, "a.ndjson").unwrap();
    assert_eq!(accepted(&files, &block), 1, "{block}");
    assert_eq!(
        types(&block),
        "id int64, ref_order int64, account_balance decimal(18,2)",
        "{block}"
    );
}
