//! How unevenly spend and lifetime value are spread over customers.

use maud::{Markup, html};

use crate::page::chart::{Line, Lines, lines};
use crate::page::grid::{Column, table, value};
use crate::page::number::Kind;
use crate::page::question::{CONCENTRATION, LORENZ};
use crate::page::rows::{Row, Rows};
use crate::page::scene::Scene;
use crate::page::words::Word;

const SPREADS: [Column; 10] = [
    value(Word::Measure, "measure", Kind::Name),
    value(Word::Gini, "gini", Kind::Decimals(3)),
    value(Word::Top20, "top_20_share", Kind::Share),
    value(Word::Top5, "top_5_share", Kind::Share),
    value(Word::Top1, "top_1_share", Kind::Share),
    value(Word::Top20Amount, "top_20_amount", Kind::Money),
    value(Word::TotalAmount, "total_amount", Kind::Money),
    value(Word::CustomersFor80, "customers_for_80", Kind::Count),
    value(Word::ShareFor80, "customers_for_80_share", Kind::Share),
    value(Word::Customers, "customers", Kind::Count),
];

const CURVE: [Column; 7] = [
    value(Word::Measure, "measure", Kind::Name),
    value(Word::ShareOfCustomers, "customers_share", Kind::Share),
    value(Word::ShareOfTotal, "amount_share", Kind::Share),
    value(Word::PoorestCustomers, "place", Kind::Count),
    value(Word::Customers, "customers", Kind::Count),
    value(Word::AmountSoFar, "amount_so_far", Kind::Money),
    value(Word::TotalAmount, "total_amount", Kind::Money),
];

pub(super) fn content(scene: &Scene) -> Markup {
    html! {
        (scene.with(&CONCENTRATION, |rows| spreads(scene, rows)))
        (scene.with(&LORENZ, |rows| curves(scene, rows)))
    }
}

fn spreads(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    table(scene.language, scene.say(Word::Spreads), &SPREADS, &all)
}

fn curves(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    let curve = |measure: &str| {
        let steps = rows.of("measure", measure);
        let points = steps
            .iter()
            .filter_map(|row| Some((row.number("customers_share")?, row.number("amount_share"))));
        let points = std::iter::once((0.0, Some(0.0))).chain(points).collect();
        Line { name: scene.name(measure), points }
    };
    let name = scene.say(Word::Equality).to_owned();
    let equality = Line { name, points: vec![(0.0, Some(0.0)), (1.0, Some(1.0))] };
    let chart = Lines {
        drawn: vec![curve("total_spend"), curve("clv"), equality],
        kind: Kind::Share,
        below: ["0%", "50%", "100%"].map(str::to_owned).to_vec(),
    };
    let about = scene.about("lorenz", Word::Lorenz, Word::LorenzText);
    let numbers = table(scene.language, &about.title, &CURVE, &all);
    scene.figure(&about, &lines(&about, &chart), &numbers)
}
