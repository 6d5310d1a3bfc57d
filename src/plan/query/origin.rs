//! Where the text of a query stands.

use std::sync::Arc;

use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use crate::diagnostic::{Place, SourceFile};

/// Where the text of a query is, so that a mistake in it has a position.
#[derive(Debug, Clone)]
pub enum Origin {
    /// Verbatim from this byte of a file.
    Text(Arc<SourceFile>, usize),
    /// Quoted or folded into a YAML value: only the value as a whole can be pointed at.
    Value(Place),
}

impl Origin {
    /// A span of the query as a position in the project.
    pub fn place(&self, start: Location, end: Location) -> Place {
        match self {
            Self::Value(place) => place.clone(),
            Self::Text(file, base) => {
                Place::between(file, *base, (start.line, start.column), (end.line, end.column))
            }
        }
    }

    /// The query's first word.
    pub fn start(&self) -> Place {
        self.place(Location::new(1, 1), Location::new(1, 1))
    }

    /// The last character of the query.
    pub(super) fn last(&self, sql: &str) -> Place {
        match self {
            Self::Value(place) => place.clone(),
            Self::Text(file, base) => {
                let end = base + sql.trim_end().len();
                Place::new(file, end.saturating_sub(1)..end)
            }
        }
    }

    /// A span of the parser.
    pub(super) fn place_of(&self, span: Span) -> Place {
        self.place(span.start, span.end)
    }

    /// A span that DataFusion reports.
    pub fn span(&self, span: datafusion::common::Span) -> Place {
        let at = |line, column| Location::new(line, column);
        self.place(at(span.start.line, span.start.column), at(span.end.line, span.end.column))
    }
}
