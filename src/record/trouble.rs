//! Problems of a run that did not stop it.

/// Problems of a run that did not stop it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There was insufficient memory for the rows of a stage, check or source.
    #[error("`{0}` ran out of memory and is tried again with joins that spill")]
    OutOfMemory(String),
    /// Other runs cannot see that this one is active.
    #[error("the lease of the run was not renewed: {0}")]
    LeaseNotRenewed(String),
    /// The run's staged files remain; a later run removes them.
    #[error("staged files stay for now: {0}")]
    StagedFilesStay(String),
    /// Staged files of ended runs remain; a later run removes them.
    #[error("what other runs staged stays for now: {0}")]
    OthersStay(String),
    /// The run counts as active until its lease has expired.
    #[error("other runs do not know yet that this one has ended: {0}")]
    EndUnknown(String),
}

impl Trouble {
    /// Its name in logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OutOfMemory(_) => "out_of_memory",
            Self::LeaseNotRenewed(_) => "lease_not_renewed",
            Self::StagedFilesStay(_) => "staged_files_stay",
            Self::OthersStay(_) => "other_staged_files_stay",
            Self::EndUnknown(_) => "end_unknown",
        }
    }
}
