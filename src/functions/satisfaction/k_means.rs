//! `k_means(items, k [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::complete::{Complete, INCOMPLETE, count, perhaps};
use crate::functions::answers::{N, float};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape, list, rows};
use crate::functions::tablewise::{Setup, Table, Tablewise};
use crate::kernel::Weights;
use crate::kernel::k_means::{Cluster, Clusters, MOST_CLUSTERS, check_clusters, k_means};

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "k_means",
    summary: "Groups of rows that lie near each other, with silhouettes; the same rows give the same groups, always.",
    arguments: &[
        Argument::needed(
            "items",
            "what distinguishes rows; name them with `named_struct`. A unit of each counts the same: bring \
             them on one scale first, such as standard deviations from the mean",
            Domain::Items("one per number"),
        ),
        Argument::needed(
            "k",
            "how many groups to make; of several, that with the greatest silhouette is the usual choice",
            Domain::Constant(&Domain::WholeBetween(1.0, MOST_CLUSTERS)),
        ),
        WEIGHT,
    ],
    returns: "groups around centres, none of whose rows is nearer to another centre; `k_means_cluster` says in which \
              one a row is. There is no chance in it: of two beginnings the better end is taken, the group of the greatest \
              sum of squares split at its mean again and again (Var-Part), and rows as far apart as can be",
    shape: Shape::Struct(&[
        Field {
            name: "clusters",
            kind: Kind::Rows(CLUSTERS),
            meaning: "in the order of their centres, by the first item first",
        },
        Field {
            name: "centres",
            kind: Kind::Matrix,
            meaning: "the same centres alone, to pass to `k_means_cluster`",
        },
        float(
            "silhouette",
            "weighted mean of the silhouettes of all rows: how much nearer the own centre is than the next one, as a \
             share of the way to that, and 0 for who is alone; near 1 if groups stand apart (simplified: distances to \
             centres in place of all pairs); NULL with one group",
        ),
        float("within", "weighted sum of squared distances to the own centre"),
        float("total", "the same to the mean of all"),
        N,
        INCOMPLETE,
        Field {
            name: "iterations",
            kind: Kind::Int64,
            meaning: "how often rows were given to centres",
        },
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use, separated by commas; empty if nothing: `fewer` (there are not so many \
                      different rows, and fewer groups), `not_converged` (something still moved after 300 times)",
        },
    ]),
    nulls: "rows with a NULL item are left out and counted, those with a NULL weight are ignored; a group without \
            rows gives NULL",
    source: "Lloyd (1982), IEEE Transactions on Information Theory 28(2), 129–137; where to begin: Su and Dy (2007), \
             Intelligent Data Analysis 11(4), 319–338, and Gonzalez (1985), Theoretical Computer Science 38, 293–306; silhouettes: Rousseeuw (1987), Journal of Computational and \
             Applied Mathematics 20, 53–65, simplified by Hruschka, de Castro and Campello (2004), ICDM, 403–406",
    examples: &[
        Example::over(
            "k_means(named_struct('x', x), 2)['centres']",
            "(VALUES (1), (2), (3), (10), (12)) AS t(x)",
            "[[2.0], [11.0]]",
        ),
        Example::over(
            "CAST(k_means(named_struct('x', x), 2)['silhouette'] AS DECIMAL(9, 6))",
            "(VALUES (1), (2), (3), (10), (12)) AS t(x)",
            "0.910000",
        ),
    ],
    weights: Some(Weights::Design),
    settings: &[],
    check: |setup: &Setup| Ok(setup.number(1).map_or(Ok(()), |k| check_clusters(k).map(|_| ()))?),
    kernel,
};

const CLUSTERS: &[Field] = &[
    Field {
        name: "cluster",
        kind: Kind::Int64,
        meaning: "its number from 1, as `k_means_cluster` gives it",
    },
    Field { name: "centre", kind: Kind::Numbers, meaning: "means of its items, in their order" },
    Field { name: "n", kind: Kind::Int64, meaning: "rows with a weight above 0 in it" },
    float("share", "share of it in all weight"),
    float("within", "weighted sum of squared distances to the centre"),
    float("silhouette", "weighted mean of the silhouettes of its rows; NULL with one group"),
];

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let mut people = Complete::new(table.setup.names(0).len(), "items");
    for row in table.rows() {
        let numbers: Vec<f64> = row.items(0).collect();
        people.add(&numbers, row.weight, row.count)?;
    }
    let Some(k) = table.setup.number(1).map(check_clusters).transpose()? else { return Ok(None) };
    let Some(found) = k_means(&people.sample, k) else { return Ok(None) };
    let shares = found.clusters.iter().zip(found.shares());
    let clusters = shares.zip(1..).map(|((cluster, share), number)| {
        let Cluster { centre, n, within, silhouette, .. } = cluster;
        vec![
            ScalarValue::Int64(Some(number)),
            list(centre.clone()),
            count(*n),
            share.into(),
            (*within).into(),
            perhaps(*silhouette),
        ]
    });
    let centres = found.clusters.iter().map(|cluster| cluster.centre.clone()).collect();
    Ok(Some(Answer::Fields(vec![
        rows(CLUSTERS, &clusters.collect::<Vec<_>>())?,
        Shape::Matrix.value(Answer::Matrix(centres))?,
        perhaps(found.silhouette),
        found.within.into(),
        found.total.into(),
        people.n(),
        people.incomplete(),
        ScalarValue::from(i64::from(found.iterations)),
        ScalarValue::from(flags(&found, k)),
    ])))
}

fn flags(found: &Clusters, k: usize) -> String {
    let fewer = found.clusters.len() < k;
    let all = [(fewer, "fewer"), (!found.converged, "not_converged")];
    let holding: Vec<_> =
        all.into_iter().filter(|(holds, _)| *holds).map(|(_, flag)| flag).collect();
    holding.join(",")
}
