//! Standard output and error without a reader: they change neither what a command does
//! nor its code, except for a command whose purpose is its output.

use std::fs::File;
use std::process::{Command, Stdio};

use super::{PIPELINE, Shop, exit_code};

/// Ways for a stream to fail: its reader has closed it, or the disk is full.
#[derive(Debug, Clone, Copy)]
enum Deaf {
    Closed,
    #[cfg(target_os = "linux")]
    Full,
}

const DEAF: &[Deaf] = &[
    Deaf::Closed,
    #[cfg(target_os = "linux")]
    Deaf::Full,
];

impl Deaf {
    fn stream(self) -> Stdio {
        match self {
            Self::Closed => {
                let (reader, writer) = std::io::pipe().unwrap();
                drop(reader);
                writer.into()
            }
            #[cfg(target_os = "linux")]
            Self::Full => File::options().write(true).open("/dev/full").unwrap().into(),
        }
    }
}

/// How a command ends when one of its streams, or both, take nothing.
fn codes(deaf: Deaf, mut command: impl FnMut() -> Command) -> [i32; 3] {
    let mut code = |stdout: Stdio, stderr: Stdio| {
        exit_code(&mut command().stdout(stdout).stderr(stderr).spawn().unwrap())
    };
    [
        code(deaf.stream(), Stdio::null()),
        code(Stdio::null(), deaf.stream()),
        code(deaf.stream(), deaf.stream()),
    ]
}

#[test]
fn a_run_that_nobody_listens_to_publishes_and_leaves_its_record() {
    let told = Shop::new();
    assert_eq!(told.run("2026-03-01", &[]).code, 0);
    for format in ["text", "json"] {
        for deaf in DEAF {
            let shop = Shop::new();
            let run = ["run", PIPELINE, "--as-of", "2026-03-01", "--log-format", format];
            assert_eq!(codes(*deaf, || shop.command(&run)), [0; 3], "{deaf:?} {format}");
            assert_eq!(shop.results()["exit_code"], 0);
            assert!(shop.published() == told.published(), "{deaf:?} {format}");
        }
    }
}

#[test]
fn a_run_that_fails_unheard_leaves_its_code_and_its_record() {
    for deaf in DEAF {
        let shop = Shop::new().edit(
            "raw/orders/2026-02.csv",
            "order_id,customer_id,ordered_at,amount\n",
            "order_id,customer_id,ordered_at,amount\no7,eve,2026-02-03 10:00:00,-99.00\n",
        );
        for format in ["text", "json"] {
            let run = ["run", PIPELINE, "--as-of", "2026-03-01", "--log-format", format];
            assert_eq!(codes(*deaf, || shop.command(&run)), [1; 3], "{deaf:?} {format}");
            assert_eq!(shop.results()["failure_kind"], "contract");
        }
        let broken = Shop::new().with("sql/core/customers.sql", "select nothing from nowhere");
        let run = ["run", PIPELINE, "--as-of", "2026-03-01"];
        assert_eq!(codes(*deaf, || broken.command(&run)), [2; 3], "{deaf:?}");
        assert_eq!(broken.results()["exit_code"], 2);
    }
}

#[test]
fn commands_that_do_something_else_end_as_they_do_when_heard() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let commands: [&[&str]; 5] = [
        &["check", PIPELINE],
        &["doctor", PIPELINE],
        &["check", "pipelines/nowhere.yaml"],
        &["show", PIPELINE, "nothing"],
        &["infer", "nowhere/*.csv"],
    ];
    for arguments in commands {
        let heard = shop.patronage(arguments).code;
        for deaf in DEAF {
            let codes = codes(*deaf, || shop.command(arguments));
            assert_eq!(codes, [heard; 3], "{deaf:?} {arguments:?}");
        }
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure_and_one_that_nobody_reads_is_none() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let commands: [&[&str]; 8] = [
        &["plan", PIPELINE, "--as-of", "2026-03-01"],
        &["plan", PIPELINE, "--as-of", "2026-03-01", "--format", "json"],
        &["show", PIPELINE, "customers"],
        &["show", PIPELINE, "customers", "--format", "json"],
        &["tables", PIPELINE],
        &["infer", "raw/orders/*.csv"],
        &["schema", "pipeline"],
        &["functions"],
    ];
    for arguments in commands {
        for deaf in DEAF {
            let expected = match deaf {
                Deaf::Closed => [0; 3],
                #[cfg(target_os = "linux")]
                Deaf::Full => [74, 0, 74],
            };
            let codes = codes(*deaf, || shop.command(arguments));
            assert_eq!(codes, expected, "{deaf:?} {arguments:?}");
        }
    }
}

#[test]
fn an_answer_that_a_full_disk_cuts_is_told() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let shop = Shop::new();
    for arguments in [
        &["tables", PIPELINE][..],
        &["doctor", PIPELINE, "--format", "json"],
        &["--version"],
        &["--help"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = shop.command(arguments).stdout(full).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("error: cannot write to standard output: "), "{arguments:?} {told}");
        assert_eq!(output.status.code(), Some(74), "{arguments:?}");
    }
}
