//! What went wrong in a run and did not stop it.

/// What went wrong in a run and did not stop it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There was not enough memory for the rows of a stage, check or source.
    #[error("`{0}` ran out of memory and is tried again with joins that spill")]
    OutOfMemory(String),
    /// Other runs cannot see that this one is at work.
    #[error("the lease of the run was not renewed: {0}")]
    LeaseNotRenewed(String),
    /// What the run staged is still there; a later run removes it.
    #[error("staged files stay for now: {0}")]
    StagedFilesStay(String),
    /// What runs staged that have ended is still there; a later run removes it.
    #[error("what other runs staged stays for now: {0}")]
    OthersStay(String),
    /// What the run staged says that it is at work, until its lease has run out.
    #[error("other runs do not know yet that this one has ended: {0}")]
    EndUnknown(String),
}

impl Trouble {
    /// What it is called in logs.
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
