//! The time and the parameters of a test: values of the parameters that its stage uses.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

use super::Suite;
use crate::declare::{Spanned, UnitTest};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::plan::param::{Bindings, built_in, is_built_in};
use crate::plan::period::periods;
use crate::zone::{first_instant, parse};

/// The values of the parameters that the stage of a test names.
pub(super) fn bindings(
    suite: Suite<'_>,
    name: &Spanned<String>,
    test: &UnitTest,
    wrong: &mut Diagnostics,
) -> Option<Bindings> {
    let clock = wrong.keep(clock(suite, test));
    let mut bindings = wrong.keep(declared(suite, test));
    let named = suite.stage.query.parameters();
    if let (Some(clock), Some(bindings)) = (&clock, &mut bindings) {
        bindings.extend(clock.clone());
        bindings.retain(|name, _| named.contains_key(name));
        let lacking = named.keys().find(|parameter| !bindings.contains_key(*parameter));
        if let Some(parameter) = lacking {
            wrong.push(no_value(suite, name, parameter));
            return None;
        }
    }
    clock.and(bindings)
}

fn no_value(suite: Suite<'_>, name: &Spanned<String>, parameter: &str) -> Diagnostic {
    let place = Place::of(suite.file, name);
    let message = format!(
        "`{}` depends on `${parameter}`, and `{}` does not say what it is",
        suite.stage.name, name.value
    );
    let (code, help) = match parameter {
        name if is_built_in(name) => (
            Code::TestTime,
            "add `as_of: 2026-01-01`, or a day of a period, `period: 2025-12-01`, to the test or at the \
             top of the file"
                .to_owned(),
        ),
        other => (
            Code::UnknownParameter,
            format!("add `parameters: {{{other}: …}}` to the test or at the top of the file"),
        ),
    };
    Diagnostic::new(code, message, place).help(help)
}

/// The built-in parameters, as far as the test sets its time. As in a run the period is the one
/// that is open at as-of; without as-of, as-of is the end of the period.
fn clock(suite: Suite<'_>, test: &UnitTest) -> Result<Bindings, Diagnostic> {
    let zone = suite.plan.time_zone;
    let until = test.as_of.as_ref().or(suite.written.as_of.as_ref());
    let period = test.period.as_ref().or(suite.written.period.as_ref());
    let as_of = until.map(|text| instant(suite, text, zone)).transpose()?;
    let day = period.map(|text| day(suite, text)).transpose()?;
    let unit = suite.plan.unit;
    let ends = |day| first_instant(zone, unit.next(unit.first_day(day)));
    let Some(as_of) = as_of.or_else(|| day.map(ends)) else { return Ok(Bindings::new()) };
    let found = periods(unit, as_of, day, day, 1);
    match (found.first(), period.zip(until)) {
        (None, Some((period, until))) => Err(after(suite, period, until)),
        (found, _) => Ok(built_in(as_of, found)),
    }
}

fn instant(suite: Suite<'_>, text: &Spanned<String>, zone: Tz) -> Result<DateTime<Tz>, Diagnostic> {
    parse(zone, &text.value).ok_or_else(|| {
        let message = format!("`{}` is neither a date nor a timestamp", text.value);
        let help = "write one such as 2026-01-01 or 2026-01-01T06:00:00";
        Diagnostic::new(Code::TestTime, message, Place::of(suite.file, text)).help(help)
    })
}

fn day(suite: Suite<'_>, text: &Spanned<String>) -> Result<NaiveDate, Diagnostic> {
    text.value.trim().parse().map_err(|_| {
        let message = format!("`{}` is not a day", text.value);
        let help = "write any day of the period, such as 2025-12-01";
        Diagnostic::new(Code::TestTime, message, Place::of(suite.file, text)).help(help)
    })
}

fn after(suite: Suite<'_>, period: &Spanned<String>, until: &Spanned<String>) -> Diagnostic {
    let message = format!("the period of {} does not begin before {}", period.value, until.value);
    let help =
        "name a later as-of or an earlier day: the last period is the one that is open at as-of";
    Diagnostic::new(Code::TestTime, message, Place::of(suite.file, until)).help(help)
}

/// The parameters that the stage names, with the values of the test or else of its file or of the
/// pipeline; those without any left out.
fn declared(suite: Suite<'_>, test: &UnitTest) -> Result<Bindings, Diagnostic> {
    let named = suite.stage.query.parameters();
    let mut params = suite.plan.params.clone();
    let mut bindings = Bindings::new();
    for (name, value) in suite.written.parameters.iter().chain(test.parameters.iter()) {
        let of_stage = |name: &str| named.contains_key(name);
        let found = params.iter_mut().find(|it| it.name == name.value && of_stage(&it.name));
        let param = found.ok_or_else(|| not_named(suite, name))?;
        param.value = Some(value.value.clone());
        param.expression().map_err(|message| {
            let place = Place::of(suite.file, value);
            let help = "write a value of the type that the parameter is declared with";
            Diagnostic::new(Code::WrongType, message, place).help(help)
        })?;
    }
    for param in params {
        bindings.extend(param.expression().ok().map(|value| (param.name, value)));
    }
    Ok(bindings)
}

fn not_named(suite: Suite<'_>, name: &Spanned<String>) -> Diagnostic {
    let named = suite.stage.query.parameters();
    let message = format!("`{}` names no parameter `${}`", suite.stage.name, name.value);
    let diagnostic = Diagnostic::new(Code::UnknownParameter, message, Place::of(suite.file, name));
    if is_built_in(&name.value) {
        return diagnostic.help("say when the test is with `as_of` and `period`");
    }
    let known = named.keys().map(String::as_str).filter(|it| !is_built_in(it));
    match diagnostic.nearest_or_all(&name.value, known, "parameters that it names") {
        found if found.help.is_some() => found,
        none => none.help("leave it out"),
    }
}
