//! What shells and `man` know of the command line.

use std::collections::BTreeSet;
use std::process::Command;

use super::{Shop, files};

/// The commands that `--help` lists.
fn commands(shop: &Shop) -> BTreeSet<String> {
    let help = shop.patronage(&["--help"]).stdout;
    let listed = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let names = listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn every_command_has_completions_that_the_shell_reads() {
    let shop = Shop::new();
    let commands = commands(&shop);
    assert!(commands.len() > 20, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = shop.patronage(&["completions", shell]);
        assert_eq!(script.code, 0, "{}", script.stderr);
        let missing: Vec<&String> =
            commands.iter().filter(|name| !script.stdout.contains(name.as_str())).collect();
        assert!(missing.is_empty(), "{shell}: {missing:?}");
    }
    let bash = shop.patronage(&["completions", "bash"]).stdout;
    let asks = format!(
        "{bash}\nCOMP_WORDS=(patronage upg); COMP_CWORD=1; _patronage patronage upg patronage; echo \"${{COMPREPLY[@]}}\""
    );
    let answer = Command::new("bash").args(["--norc", "-c", &asks]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&answer.stdout), "upgrade-notes\n");
}

#[test]
fn every_command_has_a_manual_page() {
    let shop = Shop::new();
    assert_eq!(shop.patronage(&["man"]).code, 0);
    let pages: BTreeSet<String> = files(&shop.path("man"))
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    for command in commands(&shop).iter().filter(|name| *name != "help") {
        assert!(pages.contains(&format!("patronage-{command}.1")), "{command}: {pages:?}");
    }
    assert!(shop.read("man/patronage-run.1").contains("as\\-of"));
}
