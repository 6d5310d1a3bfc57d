//! What several tests stand on: the program as a command, servers, the published tables.

pub(crate) mod google;
pub(crate) mod playground;
pub(crate) mod remote;
pub(crate) mod seaweed;
pub(crate) mod server;
pub(crate) mod shelf;
pub(crate) mod tables;
pub(crate) mod tools;
pub(crate) mod web;
pub(crate) mod workbook;
