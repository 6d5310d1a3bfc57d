//! The command line: all of it is in the library.

fn main() {}
