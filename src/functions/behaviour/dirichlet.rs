//! `dirichlet(brand, penetration, purchase_rate, category_penetration, category_purchase_rate)`

use std::collections::BTreeSet;

use datafusion::common::ScalarValue;

use crate::functions::answers::float;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape, rows};
use crate::functions::tablewise::{Table, TableRow, Tablewise, nothing_to_check};
use crate::kernel::check_same;
use crate::kernel::dirichlet::{Brand, Category, Expected, Position, market};

const BRANDS: &[Field] = &[
    Field { name: "brand", kind: Kind::Text, meaning: "which" },
    float("share", "of the category's purchases"),
    float("penetration", "observed"),
    float("expected_penetration", "what a brand of this share has in such a market"),
    float("purchase_rate", "observed, per buyer of the brand"),
    float("expected_purchase_rate", "what a brand of this share has in such a market"),
    float("category_rate", "how often its buyers are expected to buy the category"),
    float(
        "share_of_requirements",
        "the expected share of its buyers' category purchases that it gets",
    ),
    float("s", "the S that explains this brand alone; NULL where none does"),
    Field {
        name: "counts",
        kind: Kind::Boolean,
        meaning: "whether the S of the market is made of it: not, if its own is an outlier",
    },
];

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "dirichlet",
    summary: "NBD-Dirichlet: what brands of their size can expect in a market that stands still.",
    arguments: &[
        Argument::needed("brand", "its name; a row per brand", Domain::Label),
        Argument::needed(
            "penetration",
            "the share of all households, or customers, that bought the brand",
            Domain::Number("above 0 and at most `category_penetration`"),
        ),
        Argument::needed(
            "purchase_rate",
            "how often a buyer of the brand bought it",
            Domain::AtLeast(1.0),
        ),
        Argument::needed(
            "category_penetration",
            "the share of all that bought the category, in the same time; the same in every row",
            Domain::Inside(0.0, 1.0),
        ),
        Argument::needed(
            "category_purchase_rate",
            "how often a buyer of the category bought it; the same in every row",
            Domain::Between(1.0, 100_000.0),
        ),
    ],
    returns: "the three numbers of the market, and what it lets expect of each brand",
    shape: Shape::Struct(&[
        float("m", "purchases of the category per household"),
        float("k", "how alike households are in how often they buy: small where few buy most"),
        float(
            "s",
            "how alike they are in what they buy: small where each has a brand of its own; the mean \
             over brands, by share; NULL where no brand determines it",
        ),
        float(
            "polarisation",
            "1 / (1 + s): 0 where all choose alike, 1 where each has one brand; NULL as `s`",
        ),
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use, separated by commas; empty if nothing: `k_upper` (households buy \
                      as evenly as chance lets them), `k_lower` (hardly anyone buys nearly all), `s_lower` (`s` \
                      is NULL: brands have as few buyers as if each household had a brand of its own), `s_upper` \
                      (`s` is NULL: brands have more buyers than if all households chose alike), \
                      `not_a_market` (shares add up to more than 1.01: the brands are not bought within this \
                      category)",
        },
        Field { name: "brands", kind: Kind::Rows(BRANDS), meaning: "by name" },
    ]),
    nulls: "rows with a NULL are ignored",
    source: "Goodhardt, Ehrenberg and Chatfield (1984), Journal of the Royal Statistical Society A \
             147(5), 621–655; polarisation: Sabavala and Morrison (1977), Journal of Advertising \
             Research 17(6), 35–43; brands left out as in the R package NBDdirichlet (Chen 2008)",
    examples: &[
        Example::over(
            "round(dirichlet(brand, b, w, 0.56, 2.6)['k'], 4)",
            "(VALUES ('A', 0.20, 1.82), ('B', 0.09, 1.62)) AS t(brand, b, w)",
            "0.7788",
        ),
        Example::over(
            "dirichlet(brand, b, w, 0.56, 2.6)['brands'][1]['brand']",
            "(VALUES ('B', 0.09, 1.62), ('A', 0.20, 1.82)) AS t(brand, b, w)",
            "A",
        ),
        Example::over(
            "round(dirichlet(brand, b, w, category_b, category_w)['k'], 4)",
            "(VALUES ('A', 0.20, 1.82, 0.56, 2.6), ('B', 0.09, 1.62, 0.56, 2.6)) AS t(brand, b, w, \
             category_b, category_w)",
            "0.7788",
        ),
    ],
    weights: None,
    settings: &[],
    check: nothing_to_check,
    kernel,
};

/// The market that all rows are of. `None` without rows.
fn category(table: &Table) -> Result<Option<Category>, Refusal> {
    let of = |row: TableRow| [3, 4].map(|i| row.number(i).unwrap_or(f64::NAN));
    let Some([penetration, rate]) = table.rows().next().map(of) else { return Ok(None) };
    for row in table.rows().map(of) {
        check_same("category_penetration", penetration, row[0])?;
        check_same("category_purchase_rate", rate, row[1])?;
    }
    Ok(Some(Category::new(penetration, rate)?))
}

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let Some(category) = category(table)? else { return Ok(None) };
    let (mut names, mut observed, mut brands) = (Vec::new(), Vec::new(), Vec::new());
    for row in table.rows() {
        let [penetration, rate] = [1, 2].map(|i| row.number(i).unwrap_or(f64::NAN));
        names.push((row.label(0), row.count));
        observed.push([penetration, rate]);
        brands.push(Brand::new(category, penetration, rate)?);
    }
    once(&names)?;
    let market = market(category, &brands);
    let positions = names.iter().zip(observed).zip(&market.brands);
    let list: Vec<_> =
        positions.map(|(((name, _), observed), brand)| position(name, observed, brand)).collect();
    Ok(Some(Answer::Fields(vec![
        market.m.into(),
        market.k.into(),
        ScalarValue::Float64(market.s),
        ScalarValue::Float64(market.polarisation()),
        market.flags().join(",").into(),
        rows(BRANDS, &list)?,
    ])))
}

/// A brand in two rows is a mistake: its buyers cannot be added up.
fn once(names: &[(&str, u64)]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    match names.iter().find(|(name, count)| *count > 1 || !seen.insert(*name)) {
        Some((name, _)) => {
            Err(Refusal(format!("`brand` must be different in every row, got `{name}` twice")))
        }
        None => Ok(()),
    }
}

fn position(name: &str, [penetration, rate]: [f64; 2], brand: &Position) -> Vec<ScalarValue> {
    let expected = |pick: fn(Expected) -> f64| ScalarValue::Float64(brand.expected.map(pick));
    vec![
        name.into(),
        brand.share.into(),
        penetration.into(),
        expected(|brand| brand.penetration),
        rate.into(),
        expected(|brand| brand.rate),
        expected(|brand| brand.category_rate),
        expected(|brand| brand.share_of_requirements),
        ScalarValue::Float64(brand.s),
        brand.counts.into(),
    ]
}
