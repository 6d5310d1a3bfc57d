//! The command line; the code is in the library.

use std::process::ExitCode;

/// Large, short-lived pieces cost page faults with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    patronage::cli::main()
}
