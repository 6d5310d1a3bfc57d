//! One query of a `with`, as a separate query.

use datafusion::sql::parser::{DFParser, Statement as Parsed};
use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, Query as SqlQuery, SetExpr, Statement, TableFactor,
};

use super::Query;

impl Query {
    /// The queries of the outermost `with`, by the names that they have there.
    pub fn ctes(&self) -> Vec<String> {
        let Statement::Query(query) = &self.statement else { return Vec::new() };
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        tables.map(|table| table.alias.name.value.clone()).collect()
    }

    /// The query of one of them, over the tables that this query reads. Each word keeps its
    /// position.
    pub fn cte(&self, name: &str) -> Option<Self> {
        let Statement::Query(query) = &self.statement else { return None };
        let mut with = query.with.clone()?;
        let at = with.cte_tables.iter().position(|table| table.alias.name.value == name)?;
        with.cte_tables.truncate(at + 1);
        let whole = all_of(&with.cte_tables[at].alias.name)?;
        let query = SqlQuery { with: Some(with), ..whole };
        Some(Self { statement: Statement::Query(Box::new(query)), ..self.clone() })
    }
}

/// The query of all columns of a table.
fn all_of(table: &Ident) -> Option<SqlQuery> {
    let Parsed::Statement(statement) = DFParser::parse_sql("select * from it").ok()?.pop_front()?
    else {
        return None;
    };
    let Statement::Query(mut query) = *statement else { return None };
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let TableFactor::Table { name, .. } = &mut select.from.first_mut()?.relation else {
        return None;
    };
    *name = ObjectName::from(vec![table.clone()]);
    Some(*query)
}
