//! The command line as its users meet it: exit code, standard output, standard error.
//!
//! Every test works on its own copy of `tests/fixtures/shop`, a project without mistakes, and says
//! what it changes in it.

mod answers;
mod arithmetic;
mod as_of;
mod broken_contract;
mod broken_sql;
mod broken_yaml;
mod counts;
mod damage;
mod declared_values;
mod documents;
mod evidence;
mod exit_code;
mod freshness;
mod hidden_columns;
mod history;
mod hostile;
mod in_the_way;
mod infer;
mod interrupt;
mod latest;
mod leave_out;
mod leftovers;
mod limits;
mod lost_records;
mod made_up;
mod missing_columns;
mod passed_over;
mod quarantine;
mod records;
mod results_file;
mod root;
mod run;
mod secret;
mod secret_words;
mod stalled;
mod standing;
mod strange_answers;
mod strange_files;
mod strange_text;
mod streams;
mod time;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PIPELINE: &str = "pipelines/shop.yaml";

/// A copy of the shop to change and run.
struct Shop(TempDir);

impl Shop {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/shop");
        copy(&shop, folder.path());
        Self(folder)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Writes a file; the indentation that all of its lines share is left out.
    fn with(self, path: &str, text: &str) -> Self {
        let whole = self.path(path);
        fs::create_dir_all(whole.parent().unwrap()).unwrap();
        fs::write(whole, dedented(text)).unwrap();
        self
    }

    /// Replaces one passage of a file.
    fn edit(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.read(path);
        assert!(text.contains(from), "`{path}` has no `{from}`");
        fs::write(self.path(path), text.replacen(from, to, 1)).unwrap();
        self
    }

    /// The program, with nothing in its environment that this machine put there.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_patronage"));
        let profile = std::env::var_os("LLVM_PROFILE_FILE");
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .envs(profile.map(|path| ("LLVM_PROFILE_FILE", path)))
            // The machine may be one that has credentials to give.
            .env("AWS_EC2_METADATA_DISABLED", "true")
            // Nobody waits for servers that refuse.
            .env("PATRONAGE_RETRY_SECONDS", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn patronage(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments).spawn().unwrap())
    }

    /// `patronage run` of the shop as of a day, with further options.
    fn run(&self, as_of: &str, options: &[&str]) -> Ended {
        let first = ["run", PIPELINE, "--as-of", as_of];
        self.patronage(&[&first, options].concat())
    }

    /// What `patronage check` says about a project with mistakes. Each must have a code, a place and
    /// a help.
    fn mistakes(&self) -> String {
        let Ended { code, stdout, stderr } = self.patronage(&["check", PIPELINE]);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        for mistake in stderr.split("\n\n") {
            let whole = mistake.starts_with("error[")
                && mistake.contains(" --> ")
                && mistake.contains(" = help: ");
            assert!(whole, "a mistake without code, place or help:\n{mistake}");
        }
        stderr
    }

    /// The record of the last run.
    fn results(&self) -> serde_json::Value {
        serde_json::from_str(&self.read("run_results.json")).unwrap()
    }

    /// The files of the warehouse that readers see, by path, with their bytes.
    fn published(&self) -> Vec<(String, Vec<u8>)> {
        let warehouse = self.path("warehouse");
        let files = files(&warehouse).into_iter().map(|path| {
            let name = path.strip_prefix(&warehouse).unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap())
        });
        files.filter(|(name, _)| !name.starts_with("_patronage")).collect()
    }

    /// The files that a run has staged and not published.
    fn staged(&self) -> Vec<PathBuf> {
        files(&self.path("warehouse/_patronage/stage"))
    }
}

/// How the program ended.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// All of it, with what differs from run to run left out.
    fn shown(&self) -> String {
        let Self { code, stdout, stderr } = self;
        steady(&format!("exit: {code}\n--- stdout\n{stdout}--- stderr\n{stderr}"))
    }
}

/// Waits for a program, not for ever.
fn ended(mut child: Child) -> Ended {
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let stdout = std::thread::spawn(move || std::io::read_to_string(&mut stdout).unwrap());
    let stderr = std::thread::spawn(move || std::io::read_to_string(&mut stderr).unwrap());
    let code = exit_code(&mut child);
    Ended { code, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

fn exit_code(child: &mut Child) -> i32 {
    let started = Instant::now();
    while started.elapsed() < Duration::from_mins(2) {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().expect("no signal ends the program by itself");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    panic!("the program did not end");
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

/// All files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
        .into_iter()
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

fn dedented(text: &str) -> String {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let shared = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min();
    let lines = text.lines().map(|line| line.get(shared.unwrap_or(0)..).unwrap_or_default());
    let lines: Vec<&str> = lines.collect();
    lines.join("\n").trim_end().to_owned() + "\n"
}

/// The text without names of runs, seconds, sizes and times of files.
fn steady(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let shown: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(at, word)| {
                let unit = words.get(at + 1).map(|unit| unit.trim_matches([',', ')', ';']));
                match unit {
                    _ if words[..at].ends_with(&["file", "of"]) => "[moment]".to_owned(),
                    Some("s") if word.parse::<f64>().is_ok() => "[time]".to_owned(),
                    Some("B" | "KiB" | "MiB") => "[size]".to_owned(),
                    _ if is_run(word) => "[run]".to_owned(),
                    _ => (*word).to_owned(),
                }
            })
            .collect();
        shown.join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a word is the name of a run, such as `20261101T010000000000-42:`.
fn is_run(word: &str) -> bool {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((moment, _)) = word.split_once('-') else { return false };
    moment.split_once('T').is_some_and(|(day, time)| digits(day, 8) && digits(time, 12))
}
