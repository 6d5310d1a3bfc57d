//! The program as a process: what it is started with, and how it ended.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const BY_ITSELF: &str = "no signal ends the program by itself";

/// The program in a folder, with nothing in its environment that this machine put there.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patronage"));
    let profile = std::env::var_os("LLVM_PROFILE_FILE");
    command
        .current_dir(folder)
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

/// How the program ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// How a program ended that was waited for.
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let code = output.status.code().expect(BY_ITSELF);
        Self { code, stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// All of it, with what differs from run to run left out.
    pub(crate) fn shown(&self) -> String {
        let Self { code, stdout, stderr } = self;
        steady(&format!("exit: {code}\n--- stdout\n{stdout}--- stderr\n{stderr}"))
    }
}

/// Waits for a program, not for ever.
pub(crate) fn ended(mut child: Child) -> Ended {
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let stdout = std::thread::spawn(move || std::io::read_to_string(&mut stdout).unwrap());
    let stderr = std::thread::spawn(move || std::io::read_to_string(&mut stderr).unwrap());
    let code = exit_code(&mut child);
    Ended { code, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

pub(crate) fn exit_code(child: &mut Child) -> i32 {
    let started = Instant::now();
    while started.elapsed() < Duration::from_mins(2) {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().expect(BY_ITSELF);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    panic!("the program did not end");
}

/// The text without names of runs, seconds, sizes and times of files.
pub(crate) fn steady(text: &str) -> String {
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
pub(crate) fn is_run(word: &str) -> bool {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((moment, _)) = word.split_once('-') else { return false };
    moment.split_once('T').is_some_and(|(day, time)| digits(day, 8) && digits(time, 12))
}
