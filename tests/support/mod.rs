//! What several tests stand on: the program as a command, an S3 server, the published tables.

pub(crate) mod playground;
pub(crate) mod seaweed;
pub(crate) mod tables;
pub(crate) mod tools;
