//! Sessions of the engine are made in one place (`src/session`).

use super::paths::Paths;
use super::program::Source;

/// What makes a session.
const SESSIONS: [&str; 3] = ["SessionContext", "SessionStateBuilder", "SessionState"];

/// The files that make one elsewhere.
pub(super) fn broken(sources: &[Source]) -> Vec<String> {
    let elsewhere = sources.iter().filter(|source| source.folder() != "session");
    let makes = |source: &&Source| Paths::of(&source.parsed.items).iter().any(|path| makes(path));
    elsewhere.filter(makes).map(|source| source.path.display().to_string()).collect()
}

/// Whether a path makes a session, and not one of `session` with another setting.
fn makes(path: &[String]) -> bool {
    let [.., made, how] = path else { return false };
    let anew = how.starts_with("new") && how != "new_from_existing";
    SESSIONS.contains(&made.as_str()) && anew
}

#[test]
fn a_session_that_is_made_elsewhere_is_seen() {
    let of = |path: &str, code: &str| broken(&[Source::new(path, code)]).len();
    let made = "fn f() { vec![SessionContext::new_with_config(g())]; }";
    assert_eq!((of("run/mod.rs", made), of("session/mod.rs", made)), (1, 0));
    assert_eq!(of("run/mod.rs", "fn f() { SessionStateBuilder::new_from_existing(g()); }"), 0);
}
