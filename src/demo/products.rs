//! What the shop sells: twelve categories with the same ladder of prices.

use super::draw::{Draw, nearest};

/// Money in hundredths.
pub(super) type Cents = u32;

/// A category's name and how much it lifts or lowers its buyers' satisfaction,
/// in standard deviations.
pub(super) const CATEGORIES: [(&str, f64); 12] = [
    ("apparel", -0.10),
    ("baby", 0.10),
    ("beauty", 0.20),
    ("books", 0.30),
    ("electronics", -0.35),
    ("garden", 0.05),
    ("grocery", 0.00),
    ("health", 0.10),
    ("home", 0.00),
    ("pets", 0.25),
    ("sports", 0.05),
    ("toys", -0.20),
];

const BRANDS: [&str; 20] = [
    "Alder", "Basalt", "Cinder", "Dunlin", "Ember", "Fathom", "Gorse", "Heron", "Inlet", "Juniper",
    "Kestrel", "Lichen", "Marlow", "Nettle", "Osprey", "Pewter", "Quarry", "Rowan", "Sorrel",
    "Tarn",
];

/// Products in a category.
const RUNGS: u32 = 50;
/// The lowest list price.
const CHEAPEST: f64 = 1.0;
/// The highest list price is this many times the lowest.
const SPREAD: f64 = 300.0;

/// One thing for sale.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) category: &'static str,
    pub(super) brand: &'static str,
    pub(super) name: String,
    pub(super) list_price: Cents,
    pub(super) unit_cost: Cents,
}

/// Everything for sale: category by category, from cheap to dear.
#[derive(Debug)]
pub(super) struct Catalogue(Vec<Product>);

impl Catalogue {
    pub(super) fn draw(draw: &mut Draw) -> Self {
        let places = (0..CATEGORIES.len()).flat_map(|c| (1..=RUNGS).map(move |rung| (c, rung)));
        Self(places.map(|(category, rung)| product(draw, category, rung)).collect())
    }

    /// All products, in the order of their numbers.
    pub(super) fn products(&self) -> &[Product] {
        &self.0
    }

    /// The number of a product of `category` that sells at about `price`.
    pub(super) fn near(&self, draw: &mut Draw, category: usize, price: Cents) -> u32 {
        let first = category * RUNGS as usize;
        let shelf = self.0.iter().skip(first).take(RUNGS as usize);
        let rung = shelf.take_while(|product| product.list_price < price).count() + draw.index(3);
        let place = first + rung.saturating_sub(1).min(RUNGS as usize - 1);
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}

fn product(draw: &mut Draw, category: usize, rung: u32) -> Product {
    let height = (f64::from(rung) - draw.uniform()) / f64::from(RUNGS);
    let price = CHEAPEST * libm::pow(SPREAD, height);
    let brand = BRANDS[(3 * category + draw.index(6)) % BRANDS.len()];
    let category = CATEGORIES[category].0;
    Product {
        category,
        brand,
        name: format!("{brand} {category} {rung:02}"),
        list_price: nearest(100.0 * price),
        unit_cost: nearest(100.0 * price * draw.between(0.45, 0.70)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_sells_at_about_the_price_asked_for() {
        let mut draw = Draw::stream(1, 0);
        let catalogue = Catalogue::draw(&mut draw);
        for _ in 0..1_000 {
            let price = draw.whole(500, 25_000);
            let category = draw.index(CATEGORIES.len());
            let product =
                &catalogue.products()[catalogue.near(&mut draw, category, price) as usize];
            let ratio = f64::from(product.list_price) / f64::from(price);
            assert!((0.7..1.4).contains(&ratio), "{ratio} at {price}");
            assert_eq!(product.category, CATEGORIES[category].0);
        }
    }
}
