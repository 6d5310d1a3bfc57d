//! Kinds of failure and their exit codes: one list, from which the command line, the records of
//! runs and their schema are derived.

use schemars::JsonSchema;
use serde::Serialize;

/// Why a run failed, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// A check, contract or threshold failed.
    Contract,
    /// The project or the command line is wrong, or the run would replace what it must not.
    Project,
    /// The selection or the interval is empty.
    Empty,
    /// A bug of this program.
    Bug,
    /// The memory budget was insufficient.
    Memory,
    /// A store or disk failed.
    Storage,
    /// Another run was first, or the store is busy.
    TryAgain,
    /// Credentials are missing or insufficient.
    Permission,
    /// A signal stopped the run.
    Interrupted,
}

/// The code of success.
pub const DONE: u8 = 0;
/// A program that a signal ended leaves this and the number of the signal.
pub const SIGNALLED: u8 = 128;

impl FailureKind {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::Contract,
        Self::Project,
        Self::Empty,
        Self::Bug,
        Self::Memory,
        Self::Storage,
        Self::TryAgain,
        Self::Permission,
        Self::Interrupted,
    ];

    /// What this end of a command means.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Contract => "A check, contract or threshold failed.",
            Self::Project => {
                "The project or the command line is wrong, or the run would replace what it must not."
            }
            Self::Empty => "The selection or the interval is empty.",
            Self::Bug => "A bug of this program.",
            Self::Memory => "The memory budget was insufficient.",
            Self::Storage => "A store or disk failed.",
            Self::TryAgain => "Another run was first, or the store is busy.",
            Self::Permission => "Credentials are missing or insufficient.",
            Self::Interrupted => "A signal stopped the run.",
        }
    }

    /// The process's exit code; an interrupted one has the code of its signal.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Contract => 1,
            Self::Project => 2,
            Self::Empty => 4,
            Self::Bug => 70,
            Self::Memory => 71,
            Self::Storage => 74,
            Self::TryAgain => 75,
            Self::Permission => 77,
            Self::Interrupted => SIGNALLED + 15,
        }
    }
}

/// An error that stops a command: each states where it is defined what kind it is and what to do.
pub trait Failing: std::fmt::Display {
    /// What kind of failure it is.
    fn failure_kind(&self) -> FailureKind;

    /// The next thing to do, as an instruction, if there is one.
    fn what_to_do(&self) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::FailureKind;

    #[test]
    fn a_kind_has_one_meaning() {
        let schema = schemars::schema_for!(FailureKind);
        let kinds = schema.get("oneOf").and_then(|kinds| kinds.as_array()).unwrap();
        let described: Vec<&str> =
            kinds.iter().map(|kind| kind["description"].as_str().unwrap()).collect();
        assert_eq!(described, FailureKind::ALL.map(FailureKind::meaning));
    }
}
