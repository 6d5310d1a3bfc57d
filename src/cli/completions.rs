//! `patronage completions` and `patronage man`: what shells and `man` know of the command line, from its own definition.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;
use super::outcome::Outcome;
use crate::run::Failure;

const NAME: &str = "patronage";

/// The shell to complete commands in.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// The script that the shell loads.
    pub(super) fn printed(&self) -> String {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), NAME, &mut script);
        String::from_utf8_lossy(&script).trim_end().to_owned()
    }
}

/// Where manual pages go.
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder to write to, such as `~/.local/share/man/man1`.
    #[arg(long, value_name = "DIR", default_value = "man")]
    output: PathBuf,
}

impl Man {
    /// Writes a page for the program and one for each command.
    pub(super) fn written(&self) -> Result<String, Outcome> {
        let folder = &self.output;
        let failed = |error| Failure::Disk { path: folder.display().to_string(), error };
        std::fs::create_dir_all(folder).map_err(failed)?;
        clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
        Ok(format!("wrote manual pages to {}", folder.display()))
    }
}
