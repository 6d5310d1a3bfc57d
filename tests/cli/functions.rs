//! `patronage functions`: what SQL knows, listed and found.

use super::Shop;

fn functions(words: &[&str]) -> String {
    let shop = Shop::new();
    let ended = shop.patronage(&[&["functions"], words].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.stdout
}

#[test]
fn those_of_this_program_and_of_the_engine_are_listed_by_family() {
    let listed = functions(&[]);
    let families: Vec<&str> =
        listed.lines().filter(|line| line.starts_with(char::is_uppercase)).collect();
    assert!(families.is_sorted(), "{families:?}");
    assert!(
        families.contains(&"Satisfaction") && families.contains(&"DataFusion: String Functions"),
        "{families:?}"
    );
    assert_eq!(listed.matches("  to_char(").count(), 1, "an alias is listed");
    for line in ["  nps(score", "  split_part(", "  sum(", "  row_number()"] {
        assert!(listed.contains(line), "{line}");
    }
    for refused in ["  random(", "  approx_median(", "  now("] {
        assert!(!listed.contains(refused), "{refused} is refused");
    }
}

#[test]
fn a_word_finds_those_that_have_to_do_with_it() {
    let found = functions(&["promoter"]);
    assert!(found.contains("  nps(score"), "{found}");
    assert!(!found.contains("split_part"), "{found}");
}

#[test]
fn a_function_of_the_engine_has_a_page_too() {
    let page = functions(&["SPLIT_PART"]);
    assert!(page.starts_with("## split_part\n\n"), "{page}");
    assert!(page.contains("- `delimiter`: "), "{page}");
}

#[test]
fn a_function_of_another_dialect_is_answered_with_what_to_write() {
    assert!(functions(&["datediff"]).starts_with("There is no `datediff` here: `later - earlier`"));
}
