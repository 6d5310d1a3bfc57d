//! The command line: all of it is in the library.

use std::process::ExitCode;

/// Page faults of the system allocator were a third of the time of large queries.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    patronage::cli::main()
}
