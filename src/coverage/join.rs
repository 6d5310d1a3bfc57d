//! What is known of the rows of a join.

use datafusion::common::{DFSchemaRef, JoinType, NullEquality};
use datafusion::logical_expr::Join;

use super::constant::{Constant, never, value};
use super::facts::Facts;

/// What is known of the rows of a join from what is known of its sides.
pub(super) fn facts(join: &Join, left: &Facts, right: &Facts) -> Facts {
    let (no_left, no_right) = (left.has_no_rows, right.has_no_rows);
    let unmatched = no_left || no_right || matches_nothing(join, left, right);
    let has_no_rows = match join.join_type {
        JoinType::Inner | JoinType::LeftSemi | JoinType::RightSemi => unmatched,
        JoinType::Left | JoinType::LeftAnti | JoinType::LeftMark => no_left,
        JoinType::Right | JoinType::RightAnti | JoinType::RightMark => no_right,
        JoinType::Full => no_left && no_right,
    };
    let kept = |side: &Facts| side.values.clone();
    let left_values = |is_absent| left_out(left, join.left.schema(), is_absent);
    let right_values = |is_absent| left_out(right, join.right.schema(), is_absent);
    let values = match join.join_type {
        JoinType::Inner => [kept(left), kept(right)].concat(),
        JoinType::Left => [kept(left), right_values(unmatched)].concat(),
        JoinType::Right => [left_values(unmatched), kept(right)].concat(),
        JoinType::Full => [left_values(no_left), right_values(no_right)].concat(),
        JoinType::LeftSemi | JoinType::LeftAnti => kept(left),
        JoinType::RightSemi | JoinType::RightAnti => kept(right),
        JoinType::LeftMark => [kept(left), vec![None]].concat(),
        JoinType::RightMark => [kept(right), vec![None]].concat(),
    };
    Facts { has_no_rows, values }
}

/// Whether no row of one side matches a row of the other.
fn matches_nothing(join: &Join, left: &Facts, right: &Facts) -> bool {
    let is_null = |value: Option<Constant>| value.is_some_and(|value| value.is_null());
    let keys_are_null = join.null_equality == NullEquality::NullEqualsNothing
        && join.on.iter().any(|(of_left, of_right)| {
            is_null(value(of_left, join.left.schema(), &left.values))
                || is_null(value(of_right, join.right.schema(), &right.values))
        });
    let both = [left.values.clone(), right.values.clone()].concat();
    let schema = join.left.schema().join(join.right.schema()).ok().map(DFSchemaRef::new);
    let condition = join.filter.as_ref().zip(schema.as_ref());
    keys_are_null || condition.is_some_and(|(filter, schema)| never(filter, schema, &both))
}

/// The values of a side that is NULL in rows without a match, or in all.
fn left_out(side: &Facts, schema: &DFSchemaRef, is_absent: bool) -> Vec<Option<Constant>> {
    let fields = schema.fields().iter().zip(&side.values);
    let null = fields.map(|(field, value)| match is_absent {
        true => Constant::null(field.data_type()),
        false => value.clone().map(Constant::or_null),
    });
    null.collect()
}
