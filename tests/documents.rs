//! Checks of the documents: commands that exist, valid links, headings in order.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use patronage::failure::{DONE, FailureKind, SIGNALLED};

use crate::support::repository;

mod explained;
mod printed;

/// Reads the command line as a shell does. What only looks is done; of what writes, the arguments
/// are parsed.
const SHELL: &str = r#"
patronage() {
    case "$1" in
        check | coverage | functions | plan | schema) "$PATRONAGE" "$@" > /dev/null ;;
        *) "$PATRONAGE" "$@" --help > /dev/null ;;
    esac
}
cargo() {
    while [ "$1" != -- ]; do shift; done
    shift
    patronage "$@"
}
"#;

#[test]
fn commands_in_documents_exist() {
    let mut tried = BTreeSet::new();
    for document in documents() {
        for command in commands(&text(&document)) {
            let works = tried.contains(&command) || works(&command);
            assert!(works, "{}: `{command}` does not work", document.display());
            tried.insert(command);
        }
    }
    assert!(!tried.is_empty(), "no document shows a command");
}

#[test]
fn links_in_documents_lead_somewhere() {
    for document in documents() {
        let folder = document.parent().expect("a folder");
        for target in links(&text(&document)) {
            assert!(folder.join(&target).exists(), "{}: no `{target}`", document.display());
        }
    }
}

#[test]
fn headings_in_documents_skip_no_level() {
    for document in documents() {
        let levels = headings(&text(&document));
        let name = document.display();
        assert_eq!(levels.first(), Some(&1), "{name}: the first heading is the title");
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{name}: one title");
        let jump = levels.windows(2).find(|pair| pair[1] > pair[0] + 1);
        assert_eq!(jump, None, "{name}: headings skip a level");
    }
}

/// Everything written in Markdown beside the code and below `docs/`.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [repository().to_owned(), repository().join("docs")] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn text(document: &Path) -> String {
    std::fs::read_to_string(document).expect("a text")
}

/// The lines in and outside of fenced blocks; a line in a block comes with the block's language.
fn lines(text: &str) -> Vec<(Option<&str>, &str)> {
    let mut language = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(_) if language.is_some() => language = None,
            Some(name) => language = Some(name.trim()),
            None => lines.push((language, line)),
        }
    }
    lines
}

/// The program's command lines in shell blocks, without what is done with their output.
fn commands(text: &str) -> Vec<String> {
    let shells = ["bash", "console", "sh", "shell"];
    let shown: Vec<&str> = lines(text)
        .into_iter()
        .filter(|(language, _)| language.is_some_and(|name| shells.contains(&name)))
        .map(|(_, line)| line)
        .collect();
    let joined = shown.join("\n").replace("\\\n", " ");
    joined.lines().filter_map(command).collect()
}

fn command(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches("$ ");
    let line = [" | ", " > "].iter().fold(line, |line, end| line.split(end).next().unwrap_or(line));
    let is_setting = |word: &&str| word.split_once('=').is_some_and(|(name, _)| is_variable(name));
    let mut words = line.split_whitespace().skip_while(is_setting);
    let ours = match (words.next(), words.next()) {
        (Some("patronage"), _) => true,
        (Some("cargo"), Some("run")) => line.contains(" -- "),
        _ => false,
    };
    ours.then(|| line.to_owned())
}

fn is_variable(name: &str) -> bool {
    name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
}

fn works(command: &str) -> bool {
    let status = Command::new("bash")
        .args(["-ec", &format!("{SHELL}\n{command}")])
        .current_dir(repository())
        .env("PATRONAGE", env!("CARGO_BIN_EXE_patronage"))
        .status();
    status.expect("bash starts").success()
}

/// The files that links outside of blocks name.
fn links(text: &str) -> Vec<String> {
    let prose = lines(text).into_iter().filter(|(language, _)| language.is_none());
    let prose = prose.map(|(_, line)| line).collect::<Vec<_>>().join("\n");
    let ends = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let targets = ends.map(|(target, _)| target.split('#').next().unwrap_or(target));
    targets
        .filter(|target| !target.is_empty() && !target.contains(':'))
        .map(str::to_owned)
        .collect()
}

/// The levels of the headings, from 1.
fn headings(text: &str) -> Vec<usize> {
    let prose = lines(text).into_iter().filter(|(language, _)| language.is_none());
    let levels = prose.map(|(_, line)| line.split(' ').next().unwrap_or_default());
    levels
        .filter(|marks| !marks.is_empty() && marks.chars().all(|mark| mark == '#'))
        .map(str::len)
        .collect()
}

#[test]
fn the_exit_codes_in_the_documents_are_those_of_the_program() {
    let operations = text(&repository().join("docs/operations.md"));
    let table = operations.split("## Exit codes").nth(1).expect("a chapter on exit codes");
    let rows = table.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let codes = rows.filter_map(|row| row.split('|').nth(1)).flat_map(|cell| cell.split(','));
    let told: BTreeSet<u8> = codes.map(|code| code.trim().parse().expect("a code")).collect();
    let kinds = FailureKind::ALL.iter().map(|kind| kind.exit_code());
    // SIGHUP, SIGINT and SIGTERM.
    let signals = [1, 2, 15].map(|signal| SIGNALLED + signal);
    assert_eq!(told, kinds.chain(signals).chain([DONE]).collect());
}
