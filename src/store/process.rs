//! The identity of a process, recorded so that others on the same machine can determine whether it
//! is alive.
//!
//! A process is identified by its PID and start time, within one boot of one machine and one PID
//! namespace: containers of a machine have separate namespaces. If a system does not provide all of
//! this, nothing is concluded.

use std::fs;
use std::os::unix::fs::MetadataExt;

use serde::{Deserialize, Serialize};

/// A process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Whose numbers these are.
    #[serde(flatten)]
    table: Table,
    /// Its number.
    #[serde(rename = "process")]
    number: u32,
    /// When it began, in ticks since the machine was started.
    started: u64,
}

/// A table of processes, as one user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Table {
    /// The name of the machine.
    host: String,
    /// Its boot id.
    boot: String,
    /// The namespace of the numbers.
    namespace: String,
    /// The user, to whom processes of others may be hidden.
    user: u32,
}

impl Process {
    /// This process, if the system provides its identity.
    pub fn this() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let number = std::process::id();
        // The numbers may be those of another namespace.
        let is_ours = stat.split(' ').next() == Some(number.to_string().as_str());
        let (true, Some(started)) = (is_ours, began(&stat)) else { return None };
        Some(Self { table: Table::own()?, number, started })
    }

    /// Whether it has ended, for certain.
    pub fn has_ended(&self) -> bool {
        /// The error number for a process that does not exist.
        const NO_SUCH_PROCESS: i32 = 3;
        if Self::this().is_none_or(|this| this.table != self.table) {
            return false;
        }
        match fs::read_to_string(format!("/proc/{}/stat", self.number)) {
            Ok(stat) => began(&stat) != Some(self.started),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
            Err(error) => error.raw_os_error() == Some(NO_SUCH_PROCESS),
        }
    }
}

impl Table {
    fn own() -> Option<Self> {
        let said = |path: &str| Some(fs::read_to_string(path).ok()?.trim().to_owned());
        Some(Self {
            host: said("/proc/sys/kernel/hostname")?,
            boot: said("/proc/sys/kernel/random/boot_id")?,
            namespace: fs::read_link("/proc/self/ns/pid").ok()?.to_str()?.to_owned(),
            user: fs::metadata("/proc/self").ok()?.uid(),
        })
    }
}

/// When a process began, of which the system says this; nothing of one that has ended and is only remembered.
fn began(stat: &str) -> Option<u64> {
    // The name of the program is in parentheses, and may contain anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    fields.nth(18).filter(|_| !["Z", "X", "x"].contains(&state))?.parse().ok()
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::{Process, began};
    use std::process::Command;

    fn of(number: u32) -> Process {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap();
        let started = began(&stat).unwrap();
        Process { number, started, ..Process::this().unwrap() }
    }

    #[test]
    fn a_process_has_ended_once_it_is_gone_or_only_remembered() {
        assert!(!Process::this().unwrap().has_ended());
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = of(child.id());
        assert!(!process.has_ended());
        child.kill().unwrap();
        while !process.has_ended() {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(process.has_ended());
    }

    #[test]
    fn another_one_under_the_same_number_is_another_one() {
        let this = Process::this().unwrap();
        assert!(Process { started: this.started + 1, ..this }.has_ended());
    }

    #[test]
    fn nothing_is_known_of_processes_elsewhere() {
        for differ in [
            (|it| it.table.host.push('x')) as fn(&mut Process),
            |it| it.table.boot.push('x'),
            |it| it.table.namespace.push('x'),
            |it| it.table.user += 1,
        ] {
            let mut process = Process::this().unwrap();
            process.started += 1;
            assert!(process.has_ended());
            differ(&mut process);
            assert!(!process.has_ended());
        }
    }
}
