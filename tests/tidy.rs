//! The structure that `docs/architecture.md` draws, and rules of the code, checked against the
//! code.
//!
//! A rule is a function from the program to its violations. All share one parse, since that
//! takes seconds; each has tests beside it.

mod circles;
mod drawing;
mod errors;
mod formulas;
mod lists;
mod modules;
mod paths;
mod program;
mod sessions;
mod size;
mod strays;
mod variants;

use self::modules::Modules;
use self::program::Files;

/// The program as it is read once.
struct Program<'a> {
    files: &'a Files,
    modules: Modules<'a>,
}

/// What holds, and what breaks it.
type Rule = (&'static str, fn(&Program<'_>) -> Vec<String>);

const RULES: [Rule; 11] = [
    ("imports are those of the table in docs/architecture.md", |it| {
        drawing::broken(&it.files.sources)
    }),
    ("docs/architecture.md names what is there", |_| drawing::missing()),
    ("what files or folders beside each other both need lies below both", |it| {
        circles::broken(&it.modules)
    }),
    ("formulas stand in src/kernel", |it| formulas::broken(&it.files.sources)),
    ("every match over a closed enum names its variants", |it| variants::broken(&it.modules)),
    ("a list of all variants names each", |it| lists::broken(&it.files.sources)),
    ("every file is a module", |it| strays::broken(it.files)),
    ("what differs by format is a fact of `FormatFacts`", |it| {
        variants::compared(&it.files.sources)
    }),
    ("sessions are made in one place", |it| sessions::broken(&it.files.sources)),
    ("an error says its source in its message or hands it over", |it| {
        errors::broken(&it.files.sources)
    }),
    ("files and functions are short", |it| {
        it.files.sources.iter().chain(&it.files.tests).flat_map(size::broken).collect()
    }),
];

#[test]
fn every_rule_holds() {
    let files = Files::read();
    let program = Program { modules: Modules::new(&files.sources), files: &files };
    let broken = RULES.iter().map(|(rule, broken)| (rule, broken(&program)));
    let broken = broken.filter(|(_, found)| !found.is_empty());
    let told: Vec<String> =
        broken.map(|(rule, found)| format!("{rule}, but:\n  {}\n", found.join("\n  "))).collect();
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}
