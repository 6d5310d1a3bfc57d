//! The codes of mistakes: stable names, each with what it means and how to fix it.
//!
//! `patronage explain` prints them, with an example of each; `docs/diagnostics.md` is a copy of that.

/// Declares the codes: a variant and its name, what it means, how to fix it.
macro_rules! codes {
    ($($code:ident $name:literal $meaning:literal $mend:literal)*) => {
        /// What kind of mistake it is. Scripts may rely on the names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $code,)*
        }

        impl Code {
            /// All of them, by name.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)*
                }
            }

            /// What is wrong, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$code => $meaning,)*
                }
            }

            /// What to do, in a sentence.
            pub const fn mend(self) -> &'static str {
                match self {
                    $(Self::$code => $mend,)*
                }
            }
        }
    };
}

impl Code {
    /// The code of a name, if it is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

codes! {
    AcceptedRange "accepted-range"
        "A range has no value between its bounds."
        "Let `min` be the smaller bound."
    AcceptedValues "accepted-values"
        "A list of accepted values is empty, so that every row would be rejected."
        "List the values, or leave the rule out."
    AmbiguousColumn "ambiguous-column"
        "A name means a column of more than one table."
        "Write the table before it: `orders.id`."
    BadName "bad-name"
        "A table, column or pipeline has a name that some reader or shell cannot use."
        "Use lower-case letters, digits and `_`."
    BooleanWords "boolean-words"
        "One word would mean both true and false."
        "Leave the word to one of them."
    Comment "comment"
        "The character that begins comments cannot be used."
        "Give one ASCII character that nothing else uses."
    Cycle "cycle"
        "Stages read each other in a circle, so that none can be first."
        "Split a stage so that the tables it reads come before it."
    Deleted "deleted"
        "The values that mark deleted rows cannot be compared with their column, or there is no key to delete by."
        "List values of the type of the column, and declare a `key`."
    Delimiter "delimiter"
        "The delimiter is not one character, or has another meaning already."
        "Give one ASCII character, such as `;` or `\\t`."
    DuplicateColumn "duplicate-column"
        "A table would have two columns of one name."
        "Give one of them another name with `as`."
    DuplicateKey "duplicate-key"
        "A key occurs twice in one YAML mapping."
        "Keep one of the two."
    DuplicateName "duplicate-name"
        "Two things that share names have the same one: tables, parameters, or columns that differ by capitals only."
        "Rename one of them."
    DuplicatePipeline "duplicate-pipeline"
        "Two files of the project declare pipelines of one name, which would overwrite each other."
        "Give one of them another name."
    Encoding "encoding"
        "The encoding is unknown, or the format is not text."
        "Write a label of the WHATWG list, such as `windows-1252`."
    Escape "escape"
        "The character before quotes within quotes cannot be used."
        "Give one ASCII character that nothing else uses."
    EventTime "event-time"
        "The time of a row may be missing, so that as-of could not be applied."
        "Declare the column `required: true`."
    Exclude "exclude"
        "A pattern of files to leave out cannot be used."
        "Write a glob, such as `*.tmp` or `archive/**`."
    Freshness "freshness"
        "The age of the newest row is limited, and nothing says when rows happened."
        "Name the column with `event_time`."
    From "from"
        "The names that files use for a column cannot be used."
        "List names, or leave `from` out."
    Headline "headline"
        "A headline returns more than one column."
        "Select one column, and write a headline for each."
    History "history"
        "A history has no key, or one that contradicts the key of the table, or columns that have no order."
        "Name the columns that identify an entity under `history`, and leave `key` out."
    Key "key"
        "A column of a key may be missing, so that rows could not be distinguished."
        "Declare the column `required: true`."
    LateAfter "late-after"
        "Rows can be late, and nothing says when they happened."
        "Name the column with `event_time`."
    LinkOut "link-out"
        "A file of the project is a link that leads out of it."
        "Put the file itself into the project."
    Location "location"
        "A folder or URL is empty, or of an unknown store."
        "Write a folder, or a URL such as `s3://bucket/folder`."
    Margins "margins"
        "Lines around the rows of a file contradict each other, or the format has none."
        "Let `names_row` be within `header_rows`, and leave out what the format does not have."
    Mark "mark"
        "A mark within numbers is not one character, or part of numbers itself."
        "Give one character, such as `,` or `.`."
    MissingColumn "missing-column"
        "A query does not return a column that its table file declares."
        "Return the column, or remove it from the table file."
    MissingKey "missing-key"
        "A YAML mapping lacks a key that it must have."
        "Add the key."
    MissingVariable "missing-variable"
        "A location names a variable of the environment that is not set."
        "Set it, or write a default: `${NAME:-default}`."
    NoAnswer "no-answer"
        "While the run computed rows, a query failed."
        "Follow the message: it names the value or the function."
    NoFamily "no-family"
        "A pipeline uses a family of tables that the program does not have."
        "Write `all`, or a list of existing families."
    NoFile "no-file"
        "A check or a test names a file that is not in the project."
        "Write its path relative to the project's folder."
    NoSession "no-session"
        "The engine that plans queries could not be started."
        "See that the machine has memory and a folder for temporary files."
    NoSourceFile "no-source-file"
        "A pattern of `source_files` matches no file."
        "Name a file, a glob or a folder below `sources/`."
    NoStage "no-stage"
        "A pattern of `stages` matches no file."
        "Name a folder, a glob or a file below `sql/`."
    NoValue "no-value"
        "A key has no value."
        "Write a value, or leave the key out."
    NotGrouped "not-grouped"
        "A column is neither grouped by nor aggregated."
        "Add it to `group by`, or aggregate it."
    NotOneQuery "not-one-query"
        "A file has a statement that is not a query, or more than one statement."
        "Write one `select`, and nothing else."
    NotReproducible "not-reproducible"
        "A function gives another result in every run."
        "Use `$as_of` for the time, and exact functions for quantiles."
    OnlyPartitions "only-partitions"
        "A table publishes nothing but partition columns, so that its files would have no column."
        "Take a column out of `partition_by`, or return another."
    Optional "optional"
        "A column cannot be both required and optional."
        "Leave one of the two out."
    OutOfRange "out-of-range"
        "A number is out of the range of its type."
        "Cast to a wider type."
    OwnOutput "own-output"
        "A source reads what its own pipeline publishes."
        "Read what the pipeline is given; what it makes, SQL reads by the name of the table."
    Pattern "pattern"
        "A regular expression or a glob cannot be read."
        "Write one such as `^[A-Z]+$`, or `sql/*`."
    PerPeriod "per-period"
        "A published table varies by period without saying so."
        "Add `per: period` to its table file."
    Quote "quote"
        "The character around fields cannot be used."
        "Give one ASCII character, or `\"\"` for none."
    RecordPath "record-path"
        "The path to the list in a JSON document cannot be used."
        "Write keys separated by dots, such as `data.tickets`."
    ReservedColumn "reserved-column"
        "A query returns a column that every run, or every history, adds by itself."
        "Leave the column out, or give it another name."
    SharedColumn "shared-column"
        "After a join that keeps rows of the right side, a shared column would be read from the left side alone."
        "Join with `on`, and take `coalesce` of both columns."
    Sheet "sheet"
        "A sheet is named, and the format has none."
        "Leave it out, or read `format: xlsx`."
    Sql "sql"
        "The engine cannot plan a query, for a reason that has no code of its own."
        "Follow the message."
    Subquery "subquery"
        "A correlated subquery cannot be executed."
        "Join with a query that is grouped by the common columns."
    Superseded "superseded"
        "`superseded` is set, and nothing says which rows supersede which."
        "Declare a `key`."
    Syntax "syntax"
        "A text is not SQL."
        "Look just before the place for a word, comma or bracket that is missing or too many."
    TestExpectation "test-expectation"
        "A test expects nothing, or rows of a query that the stage does not have."
        "Write the rows under `expect`, or under `ctes` with the name of a query of `with`."
    TestInput "test-input"
        "A test gives rows of a table that its stage does not read."
        "Give rows only of the tables that the query names."
    TestRow "test-row"
        "A row of a test leaves out a column, or has no value where there must be one."
        "Write the columns, or `missing_columns: null` to have NULL there."
    TestStage "test-stage"
        "A file of tests is not beside a stage."
        "Name it like the SQL beside it: `orders.tests.yaml` has the tests of `orders.sql`."
    TestTime "test-time"
        "A test does not say when it is, and its stage depends on that."
        "Write `as_of`, a day of the `period`, or both."
    ThousandsMark "thousands-mark"
        "One mark would be both the thousands separator and the decimal separator."
        "Set `decimal_mark` too."
    TimeFormat "time-format"
        "A pattern of dates or timestamps cannot be read, or loses something."
        "Write a `strftime` pattern, such as `%Y-%m-%d %H:%M:%S`, or `epoch`."
    TimeZone "time-zone"
        "A time zone is not one of the IANA database."
        "Write a name such as `Europe/Paris` or `UTC`."
    TooDeep "too-deep"
        "A query is nested too deeply to be planned, by brackets or by operators in a row."
        "Name inner queries with `with`, write alternatives as `in (…)`, or make stages of them."
    TooLarge "too-large"
        "A query is too long, or grows too large when it is expanded."
        "Read the numbers or groups from a table instead, or make stages of its parts."
    UnclosedVariable "unclosed-variable"
        "A variable in a location has no `}`."
        "Add the `}`."
    UndescribedColumn "undescribed-column"
        "A published column has no description."
        "Add `description: …` to the column in the table file."
    UnknownClause "unknown-clause"
        "A query has a clause that would be parsed and ignored."
        "Leave it out, or write it as the help says."
    UnknownColumn "unknown-column"
        "A query or a setting names a column that does not exist."
        "Write the name of an existing column."
    UnknownConcept "unknown-concept"
        "A column names a concept that the catalogue does not have."
        "Write one of the numbers that the help names."
    UnknownFunction "unknown-function"
        "There is no function of that name."
        "`patronage functions` lists the functions, `patronage functions WORD` those related to a word."
    UnknownKey "unknown-key"
        "A YAML mapping has a key that is unknown there."
        "Write a key that is known."
    UnknownParameter "unknown-parameter"
        "A query names a parameter that is not declared."
        "Add it to `params` of a table file or of the pipeline."
    UnknownTable "unknown-table"
        "A query or a setting names a table that no source and no stage makes."
        "Write the name of one that is made, or add its stage to `stages`."
    UnknownValue "unknown-value"
        "A key has a value that is not one of its choices."
        "Write one of the choices."
    Unreadable "unreadable"
        "A file of the project cannot be read, or is not UTF-8."
        "See that the file is there, may be read, and is saved as UTF-8."
    Untyped "untyped"
        "A column of a canonical table has no type."
        "Add `type: …` to it."
    Version "version"
        "A column that decides which row is newer may be missing, or there is no key."
        "Declare the column `required: true`, and a `key`."
    Window "window"
        "A window that extends a named one has a clause that is not allowed."
        "Let it add an order or a frame that the named one lacks."
    WrongArgument "wrong-argument"
        "A function is called with an invalid argument."
        "Follow the help: it shows the arguments of the function."
    WrongCheck "wrong-check"
        "A check has no condition, or two at once."
        "Write one condition for each check."
    WrongType "wrong-type"
        "A value or a column has another type than it must have."
        "Cast it, or declare the type that it has."
    Yaml "yaml"
        "A file is not YAML."
        "Look here and just before for a sign that is missing or too many."
    ZeroPadding "zero-padding"
        "`zero_padding` is only for compressed text."
        "Leave it out."
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn names_are_sorted_and_each_means_one_code() {
        assert!(Code::ALL.is_sorted_by(|one, other| one.name() < other.name()));
        for code in Code::ALL {
            assert_eq!(Code::named(code.name()), Some(*code));
        }
    }
}
