//! The command line as its users meet it: exit code, standard output, standard error.
//!
//! Every test works on its own copy of a small project ([`Shop`]).

mod answers;
mod arithmetic;
mod as_of;
mod broken_contract;
mod broken_sql;
mod broken_yaml;
mod counts;
mod coverage;
mod damage;
mod declared_values;
mod evidence;
mod exit_code;
mod freshness;
mod functions;
mod hidden_columns;
mod in_the_way;
mod interrupt;
mod leave_out;
mod leftovers;
mod limits;
mod lost_records;
mod made_up;
mod marts;
mod missing_columns;
mod parameters;
mod passed_over;
mod quarantine;
mod records;
mod redirects;
mod results_file;
mod root;
mod run;
mod secret;
mod secret_words;
mod selection;
mod shared_sources;
mod show;
mod site;
mod stalled;
mod standing;
mod strange_answers;
mod strange_files;
mod strange_text;
mod streams;
mod token_files;
mod unit_tests;
mod upgrade;

use crate::support::files::{copy, files};
use crate::support::program::{Ended, ended, exit_code, steady};
use crate::support::shop::{PIPELINE, Shop};
