//! k-means: groups of rows that are near each other, and how well they are separated.
//!
//! Rows are assigned to the nearest of k centres, and centres move to the means of their rows,
//! until nothing changes. The result depends on the initialisation, which is random in most
//! programs. Here it is deterministic: there are two initialisations, and the one that ends with
//! the smaller within-group sum of squares is used. In one the group with the greatest sum of
//! squares is split at its mean, across the number that varies most in it, until there are k. In
//! the other the row farthest from the mean of all is a centre, then that which is farthest from
//! it, and so on. If groups are well separated that is mostly as good as the best of many random
//! ones.
//!
//! The silhouette of a row is how much nearer the centre of its own group is than the next one,
//! from 0 (between both) to 1. That of Rousseeuw uses the distances between all pairs of rows,
//! which is too slow for large tables; this is the simplified one, of distances to centres.
//!
//! Sources: Lloyd (1982), "Least Squares Quantization in PCM", IEEE Transactions on Information Theory 28(2),
//! 129–137; Su and Dy (2007), "In Search of Deterministic Methods for Initializing K-Means and Gaussian
//! Mixture Clustering", Intelligent Data Analysis 11(4), 319–338 (Var-Part); Gonzalez (1985), "Clustering to
//! Minimize the Maximum Intercluster Distance", Theoretical Computer Science 38, 293–306; Rousseeuw (1987), "Silhouettes",
//! Journal of Computational and Applied Mathematics 20, 53–65; Hruschka, de Castro and Campello (2004),
//! "Evolutionary Algorithms for Clustering Gene-Expression Data", ICDM, 403–406 (simplified).

use std::cmp::Ordering;

use super::domain::{OutOfDomain, ensure};
use super::sample::Sample;

/// The groups of a sample, by their centres.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// Each with its figures, in the order of their centres, by the first number first.
    pub clusters: Vec<Cluster>,
    /// Weighted sum of squared distances to the own centre.
    pub within: f64,
    /// The same to the centre of all.
    pub total: f64,
    /// The weighted mean over rows. `None` with one group.
    pub silhouette: Option<f64>,
    /// How often rows were given to centres.
    pub iterations: u32,
    /// Whether nothing changed in the end.
    pub converged: bool,
}

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// The weighted mean of its rows.
    pub centre: Vec<f64>,
    /// How many people are in it.
    pub n: u64,
    /// What they weigh.
    pub weight: f64,
    /// Weighted sum of squared distances to the centre.
    pub within: f64,
    /// As that of all.
    pub silhouette: Option<f64>,
}

impl Clusters {
    /// The share of each group in all weight, in the order of the groups.
    pub fn shares(&self) -> impl Iterator<Item = f64> {
        let all: f64 = self.clusters.iter().map(|cluster| cluster.weight).sum();
        self.clusters.iter().map(move |cluster| cluster.weight / all)
    }
}

/// The maximum number of groups.
pub const MOST_CLUSTERS: f64 = 1000.0;

/// How many groups a number asks for.
///
/// # Errors
/// `k` is not a whole number from 1 to 1,000.
pub fn check_clusters(k: f64) -> Result<usize, OutOfDomain> {
    let holds = (1.0..=MOST_CLUSTERS).contains(&k) && k.fract() == 0.0;
    ensure(holds, "k", "a whole number between 1 and 1000", k)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number up to 1,000"
    )]
    Ok(k as usize)
}

/// Enough: more than a few dozen are hardly ever needed.
const MOST_ITERATIONS: u32 = 300;

/// At most `k` groups, fewer where there are not so many different rows. `None` without rows, or if `k` is 0.
#[must_use]
pub fn k_means(sample: &Sample, k: usize) -> Option<Clusters> {
    if sample.len() == 0 || k == 0 {
        return None;
    }
    let all = Group::of(sample, (0..sample.len()).collect());
    let total = all.within;
    let far = spread(sample, &all.centre, k);
    let halves = split(sample, all, k).into_iter().map(|group| group.centre).collect();
    let found = [halves, far].map(|centres| settled(sample, centres, total));
    found.into_iter().min_by(|left, right| left.within.total_cmp(&right.within))
}

/// Where it ends from these centres on.
fn settled(sample: &Sample, mut centres: Vec<Vec<f64>>, total: f64) -> Clusters {
    let (mut places, mut iterations, mut converged) = (Vec::new(), 0, false);
    while !converged && iterations < MOST_ITERATIONS {
        let next = assign(sample, &centres);
        converged = next == places;
        places = next;
        centres = means(sample, &places, &centres);
        iterations += 1;
    }
    let clusters = described(sample, &centres, &assign(sample, &centres));
    let within = clusters.iter().map(|cluster| cluster.within).sum();
    let weight: f64 = clusters.iter().map(|cluster| cluster.weight).sum();
    let silhouettes = clusters.iter().map(|one| Some(one.silhouette? * one.weight));
    let silhouette = silhouettes.sum::<Option<f64>>().map(|sum| sum / weight);
    Clusters { clusters, within, total, silhouette, iterations, converged }
}

/// The place of the centre that is nearest to a row, the first of equal ones. `None` without centres.
#[must_use]
pub fn nearest(centres: &[Vec<f64>], row: &[f64]) -> Option<usize> {
    let squares = centres.iter().map(|centre| square(centre, row)).enumerate();
    squares.min_by(|left, right| left.1.total_cmp(&right.1)).map(|(place, _)| place)
}

fn square(centre: &[f64], row: &[f64]) -> f64 {
    centre.iter().zip(row).map(|(centre, value)| (value - centre) * (value - centre)).sum()
}

/// Rows, and what they are on average.
struct Group {
    rows: Vec<usize>,
    centre: Vec<f64>,
    /// Sums of squares around the centre: of every number, and together.
    squares: Vec<f64>,
    within: f64,
}

impl Group {
    fn of(sample: &Sample, rows: Vec<usize>) -> Self {
        let centre = mean(sample, rows.iter().copied());
        let mut squares = vec![0.0; sample.width()];
        for row in &rows {
            let (values, weight, count) = sample.row(*row);
            for ((sum, value), centre) in squares.iter_mut().zip(values).zip(&centre) {
                *sum += weight * count as f64 * (value - centre) * (value - centre);
            }
        }
        let within = squares.iter().sum();
        Self { rows, centre, squares, within }
    }

    /// Those up to the mean of what varies most, and those beyond.
    fn halves(&self, sample: &Sample) -> [Vec<usize>; 2] {
        let widest = first_greatest(self.squares.iter().copied()).unwrap_or_default();
        let beyond = |row: &usize| sample.row(*row).0[widest] > self.centre[widest];
        let (right, left) = self.rows.iter().copied().partition(beyond);
        [left, right]
    }
}

/// The place of the greatest number, the first of equal ones.
fn first_greatest(numbers: impl Iterator<Item = f64>) -> Option<usize> {
    let numbers = numbers.enumerate();
    numbers.min_by(|left, right| right.1.total_cmp(&left.1)).map(|(place, _)| place)
}

/// One beginning: one group after the other is split.
fn split(sample: &Sample, all: Group, k: usize) -> Vec<Group> {
    let mut groups = vec![all];
    while groups.len() < k {
        let widest = first_greatest(groups.iter().map(|group| group.within)).unwrap_or_default();
        let halves = groups[widest].halves(sample);
        if halves.iter().any(Vec::is_empty) {
            // Nothing but rounding is left of it.
            if groups[widest].within == 0.0 {
                break;
            }
            groups[widest].within = 0.0;
            continue;
        }
        let [left, right] = halves.map(|rows| Group::of(sample, rows));
        groups[widest] = left;
        groups.push(right);
    }
    groups
}

/// Another: rows as far from each other as can be.
fn spread(sample: &Sample, centre: &[f64], k: usize) -> Vec<Vec<f64>> {
    let mut centres: Vec<Vec<f64>> = Vec::new();
    let mut away: Vec<f64> = sample.rows().map(|(row, ..)| square(centre, row)).collect();
    while centres.len() < k {
        let farthest = first_greatest(away.iter().copied()).filter(|row| away[*row] > 0.0);
        let Some(row) = farthest.or(centres.is_empty().then_some(0)) else { break };
        let next = sample.row(row).0.to_vec();
        for (away, (row, ..)) in away.iter_mut().zip(sample.rows()) {
            let square = square(&next, row);
            *away = if centres.is_empty() { square } else { away.min(square) };
        }
        centres.push(next);
    }
    centres
}

/// The place of the centre that every row belongs to.
fn assign(sample: &Sample, centres: &[Vec<f64>]) -> Vec<usize> {
    sample.rows().map(|(row, ..)| nearest(centres, row).unwrap_or_default()).collect()
}

/// The means of what belongs to each centre. Where nothing does, the row that is farthest from its centre
/// takes its place; where none is far from it, the centre goes.
fn means(sample: &Sample, places: &[usize], centres: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut rows = vec![Vec::new(); centres.len()];
    for (row, place) in places.iter().enumerate() {
        rows[*place].push(row);
    }
    let mut far = Vec::new();
    if rows.iter().any(Vec::is_empty) {
        let away = |row: usize| (square(&centres[places[row]], sample.row(row).0), row);
        far.extend((0..places.len()).map(away).filter(|(square, _)| *square > 0.0));
        far.sort_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1)));
    }
    let centre = |rows: Vec<usize>| match rows.is_empty() {
        true => far.pop().map(|(_, row)| sample.row(row).0.to_vec()),
        false => Some(mean(sample, rows.into_iter())),
    };
    rows.into_iter().filter_map(centre).collect()
}

fn mean(sample: &Sample, rows: impl Iterator<Item = usize>) -> Vec<f64> {
    let (mut total, mut means) = (0.0, vec![0.0; sample.width()]);
    for row in rows {
        let (values, weight, count) = sample.row(row);
        let weight = weight * count as f64;
        total += weight;
        for (mean, value) in means.iter_mut().zip(values) {
            // As a step towards the value, which cannot leave the range of values.
            *mean += (value - *mean) * (weight / total);
        }
    }
    means
}

/// The groups in the order of their centres.
fn described(sample: &Sample, centres: &[Vec<f64>], places: &[usize]) -> Vec<Cluster> {
    let mut clusters: Vec<_> = centres.iter().map(|centre| Cluster::around(centre)).collect();
    for (place, (row, weight, count)) in places.iter().zip(sample.rows()) {
        clusters[*place].add(row, weight, count, silhouette(centres, *place, row));
    }
    clusters.retain(|cluster| cluster.n > 0);
    for cluster in &mut clusters {
        // For a group of one it is undefined: 0, as if between groups.
        let alone = if cluster.n == 1 { 0.0 } else { 1.0 };
        cluster.silhouette = cluster.silhouette.map(|sum| alone * sum / cluster.weight);
    }
    clusters.sort_by(|left, right| compare(&left.centre, &right.centre));
    clusters
}

impl Cluster {
    /// Nobody yet.
    fn around(centre: &[f64]) -> Self {
        let centre = centre.to_vec();
        Self { centre, n: 0, weight: 0.0, within: 0.0, silhouette: None }
    }

    fn add(&mut self, row: &[f64], weight: f64, count: u64, silhouette: Option<f64>) {
        let weight = weight * count as f64;
        self.n += count;
        self.weight += weight;
        self.within += weight * square(&self.centre, row);
        let told = silhouette.map(|silhouette| weight * silhouette);
        self.silhouette = told.map(|told| self.silhouette.unwrap_or(0.0) + told);
    }
}

/// How much nearer a row is to its own centre than to the next, as a share of the longer way.
fn silhouette(centres: &[Vec<f64>], place: usize, row: &[f64]) -> Option<f64> {
    let own = square(&centres[place], row).sqrt();
    let others = centres.iter().enumerate().filter(|(other, _)| *other != place);
    let next = others.map(|(_, centre)| square(centre, row).sqrt()).min_by(f64::total_cmp)?;
    let longer = own.max(next);
    Some(if longer > 0.0 { (next - own) / longer } else { 0.0 })
}

fn compare(left: &[f64], right: &[f64]) -> Ordering {
    let mut pairs = left.iter().zip(right).map(|(left, right)| left.total_cmp(right));
    pairs.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::assert_close;
    use proptest::prelude::*;

    #[test]
    fn so_many_groups_can_be_asked_for() {
        assert_eq!((check_clusters(1.0), check_clusters(1000.0)), (Ok(1), Ok(1000)));
        for k in [0.0, 1001.0, 2.5, -1.0, f64::NAN] {
            let error = check_clusters(k).expect_err("no number of groups").to_string();
            assert_eq!(error, format!("`k` must be a whole number between 1 and 1000, got {k}"));
        }
    }

    #[test]
    fn groups_share_all_weight() {
        let rows = [(vec![1.0], 1.0), (vec![2.0], 2.0), (vec![10.0], 5.0)];
        let found = k_means(&sample(&rows), 2).expect("rows");
        assert_eq!(found.shares().collect::<Vec<_>>(), [0.375, 0.625]);
    }

    fn sample(rows: &[(Vec<f64>, f64)]) -> Sample {
        let mut sample = Sample::new(rows.first().map_or(1, |(row, _)| row.len()));
        for (row, weight) in rows {
            sample.push(row, *weight, 1).expect("finite");
        }
        sample
    }

    const ROWS: [(f64, f64, f64); 15] = [
        (1.0, 2.0, 1.0),
        (1.5, 1.8, 1.0),
        (1.2, 2.4, 2.0),
        (0.8, 1.6, 1.0),
        (1.9, 2.2, 0.5),
        (8.0, 8.0, 1.0),
        (8.4, 7.6, 1.0),
        (7.5, 8.3, 1.5),
        (8.8, 8.9, 1.0),
        (1.0, 9.0, 1.0),
        (1.6, 9.4, 1.0),
        (0.7, 8.6, 1.0),
        (2.2, 9.9, 0.5),
        (4.5, 5.2, 1.0),
        (5.0, 4.6, 1.0),
    ];

    fn rows() -> Vec<(Vec<f64>, f64)> {
        ROWS.iter().map(|(x, y, weight)| (vec![*x, *y], *weight)).collect()
    }

    #[test]
    fn groups_are_those_of_scikit_learn() {
        // The less of KMeans(k, init=…, n_init=1, tol=0).fit(X, sample_weight=w).inertia_ from both beginnings;
        // silhouettes by NumPy. With three and four it is the best of n_init=200 by chance, too.
        for (k, within, silhouette) in [
            (2, 139.980_460_526_315_8, 0.555_192_080_085_152_2),
            (3, 35.267_492_063_492_07, 0.798_647_691_001_006_7),
            (4, 5.003_340_548_340_553, 0.894_626_409_334_996_8),
            (5, 4.097_896_103_896_107, 0.795_020_040_269_25),
        ] {
            let found = k_means(&sample(&rows()), k).expect("rows");
            assert_close(found.within, within, 1e-12);
            assert_close(found.silhouette.expect("groups"), silhouette, 1e-12);
            assert!(found.converged && found.clusters.len() == k, "{found:?}");
        }
        let four = k_means(&sample(&rows()), 4).expect("rows").clusters;
        assert_eq!(four.iter().map(|one| one.n).collect::<Vec<_>>(), [5, 4, 2, 4]);
        for (one, want) in four.iter().zip([
            [1.209_090_909_090_909_4, 2.054_545_454_545_454_7],
            [1.257_142_857_142_857_1, 9.128_571_428_571_428],
            [4.75, 4.9],
            [8.100_000_000_000_001, 8.211_111_111_111_112],
        ]) {
            one.centre.iter().zip(want).for_each(|(got, want)| assert_close(*got, want, 1e-12));
        }
        let third = four[2].silhouette.expect("groups");
        assert_close(third, 0.914_347_712_832_386_7, 1e-12);
    }

    #[test]
    fn there_are_no_more_groups_than_different_rows() {
        let same = [(vec![1.0], 1.0), (vec![1.0], 2.0), (vec![4.0], 1.0)];
        let found = k_means(&sample(&same), 3).expect("rows");
        let centres: Vec<_> = found.clusters.iter().map(|one| (one.centre[0], one.n)).collect();
        assert_eq!(centres, [(1.0, 2), (4.0, 1)]);
        assert_eq!((found.within.to_bits(), found.converged), (0.0_f64.to_bits(), true));
        // Two of the same are at their centre, and one is alone.
        assert_close(found.silhouette.expect("groups"), 0.75, 1e-15);
        let one = k_means(&sample(&same), 1).expect("rows");
        assert_eq!((one.silhouette, one.clusters.len()), (None, 1));
        assert_close(one.within, one.total, 1e-15);
        assert_eq!(k_means(&Sample::new(2), 3), None);
        assert_eq!(k_means(&sample(&same), 0), None);
    }

    #[test]
    fn a_centre_that_is_left_takes_the_row_farthest_away() {
        let rows = sample(&[(vec![0.0], 1.0), (vec![1.0], 1.0), (vec![9.0], 1.0)]);
        let centres = vec![vec![2.0], vec![50.0], vec![60.0]];
        let moved = means(&rows, &assign(&rows, &centres), &centres);
        assert_close(moved[0][0], 10.0 / 3.0, 1e-15);
        assert_eq!(moved[1..], [vec![9.0], vec![0.0]]);
        // Where all are at their centre, there is nothing to take.
        let centres = vec![vec![0.0], vec![1.0], vec![9.0], vec![60.0]];
        assert_eq!(means(&rows, &assign(&rows, &centres), &centres), centres[..3]);
    }

    #[test]
    fn the_nearest_of_equal_ones_is_the_first() {
        let centres = [vec![0.0, 0.0], vec![2.0, 0.0], vec![2.0, 0.0]];
        for (x, want) in [(0.9, 0), (1.0, 0), (1.1, 1), (5.0, 1)] {
            assert_eq!(nearest(&centres, &[x, 3.0]), Some(want), "{x}");
        }
        assert_eq!(nearest(&[], &[1.0]), None);
    }

    proptest! {
        #[test]
        fn nobody_is_nearer_to_another_centre_and_centres_are_means(
            rows in prop::collection::vec((-9_i8..9, -9_i8..9, 0.1..3.0_f64), 1..60), k in 1_usize..8,
        ) {
            let rows: Vec<_> = rows
                .iter()
                .map(|(x, y, weight)| (vec![f64::from(*x), f64::from(*y)], *weight))
                .collect();
            let found = k_means(&sample(&rows), k).expect("rows");
            prop_assert!(found.converged && found.clusters.len() <= k);
            prop_assert!(found.within <= found.total * (1.0 + 1e-12));
            prop_assert!(found.silhouette.is_none_or(|s| (-1e-12..=1.0).contains(&s)));
            prop_assert_eq!(found.clusters.iter().map(|one| one.n).sum::<u64>(), rows.len() as u64);
            let centres: Vec<_> = found.clusters.iter().map(|one| one.centre.clone()).collect();
            for (place, cluster) in found.clusters.iter().enumerate() {
                let own: Vec<_> =
                    rows.iter().filter(|(row, _)| nearest(&centres, row) == Some(place)).collect();
                let weight: f64 = own.iter().map(|(_, weight)| weight).sum();
                prop_assert!((weight - cluster.weight).abs() < 1e-9);
                for (axis, centre) in cluster.centre.iter().enumerate() {
                    let sum: f64 = own.iter().map(|(row, weight)| row[axis] * weight).sum();
                    prop_assert!((sum / weight - centre).abs() < 1e-9);
                }
            }
        }
    }
}
