//! The pipeline of a project, as YAML.

use std::fmt::Write as _;

use super::draft::Draft;

/// The text of a pipeline.
pub(super) fn text(name: &str, draft: &Draft) -> String {
    let mut text = format!(
        "# Made from the files of a folder: read what comments call unsure, and what README.md says is left out.\n\
         pipeline: {name}\n\
         description: Orders, customers and surveys, from raw files to a warehouse.\n\
         # The zone of days and months, and of times in files that say none.\n\
         time_zone: UTC\n\
         period: month\n\
         warehouse: ${{WAREHOUSE:-warehouse}}\n"
    );
    if !draft.params.is_empty() {
        text += "params:\n";
        for (name, value) in &draft.params {
            let _ = writeln!(text, "  {name}: {{default: {value}}}");
        }
    }
    text += "sources:\n";
    draft.sources.iter().for_each(|source| text.push_str(source));
    let _ = writeln!(text, "use: [{}]", draft.families().join(", "));
    text += "stages:\n  - sql/staging/*\n";
    text
}
