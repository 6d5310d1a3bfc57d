//! The findings of `doctor`, as a table.

use std::fmt::Write;

use crate::doctor::{Finding, State, exit_code};

/// A line for each finding, and below it what to do.
pub fn findings(findings: &[Finding]) -> String {
    let width = |text: fn(&Finding) -> &str| {
        findings.iter().map(|finding| text(finding).chars().count()).max().unwrap_or(0)
    };
    let (about, check) = (width(|finding| &finding.about), width(|finding| finding.check));
    let mut text = String::new();
    for finding in findings {
        let state = shown(finding.state);
        let _ = writeln!(
            text,
            "{state:7}  {:about$}  {:check$}  {}",
            finding.about, finding.check, finding.message
        );
        if let Some(advice) = &finding.advice {
            let _ = writeln!(text, "{:7}  {:about$}  {:check$}  -> {advice}", "", "", "");
        }
    }
    let _ = write!(text, "\n{}", verdict(findings));
    text
}

fn shown(state: State) -> &'static str {
    match state {
        State::Ok => "ok",
        State::Warning => "warning",
        State::Failed => "FAILED",
    }
}

fn verdict(findings: &[Finding]) -> String {
    let count = |state| findings.iter().filter(|finding| finding.state == state).count();
    match (count(State::Failed), count(State::Warning)) {
        (0, 0) => "nothing prevents a run".to_owned(),
        (0, warnings) => format!("nothing prevents a run; warnings: {warnings}"),
        (failed, _) => format!("a run would fail; failed: {failed}"),
    }
}

/// The findings for machines.
pub fn findings_json(pipeline: &str, findings: &[Finding]) -> String {
    let found = serde_json::json!({
        "pipeline": pipeline,
        "findings": findings,
        "exit_code": exit_code(findings),
    });
    serde_json::to_string_pretty(&found).unwrap_or_default()
}
