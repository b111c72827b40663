//! Packages in layers: each stands to the right of everything it rests on. A layout without a library, the same each
//! time.

use std::collections::{BTreeMap, BTreeSet};

/// A graph: how many nodes, and `(who, rests on whom)`.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    pub(super) n_nodes: usize,
    pub(super) edges: Vec<(usize, usize)>,
}

/// Which layer each node is in, and the edges that run in a circle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layers {
    /// Of each node; 0 rests on nothing.
    pub(super) of: Vec<usize>,
    /// The edges that lead on, each once, `(who, rests on whom)`.
    pub(super) edges: Vec<(usize, usize)>,
    /// The edges that lead back: dev-dependencies may.
    pub(super) back: Vec<(usize, usize)>,
}

/// Where everything stands, in columns and rows. A row is two units high.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The nodes' columns and heights.
    pub(super) places: Vec<(usize, i64)>,
    /// For each line the places it runs through, from who is rested on to who rests on it.
    pub(super) lines: Vec<Vec<(usize, i64)>>,
    /// The greatest height.
    pub(super) height: i64,
}

/// Puts each node one layer above the highest it rests on. Edges that close a circle are set apart, so that the rest
/// has an order.
pub(super) fn layers(graph: &Graph) -> Layers {
    let wanted: BTreeSet<(usize, usize)> = graph.edges.iter().copied().filter(|(who, whom)| who != whom).collect();
    let mut rests_on: Vec<Vec<usize>> = vec![Vec::new(); graph.n_nodes];
    wanted.iter().for_each(|(who, whom)| rests_on[*who].push(*whom));
    let mut layers = Layers { of: vec![0; graph.n_nodes], ..Layers::default() };
    let mut is_open = vec![false; graph.n_nodes];
    let mut is_done = vec![false; graph.n_nodes];
    for first in 0..graph.n_nodes {
        // The path walked so far: each node with how many of its edges were looked at.
        let mut path = if is_done[first] { Vec::new() } else { vec![(first, 0)] };
        while let Some((node, n_seen)) = path.last_mut() {
            let node = *node;
            is_open[node] = true;
            let Some(whom) = rests_on[node].get(*n_seen).copied() else {
                (is_open[node], is_done[node]) = (false, true);
                path.pop();
                continue;
            };
            if !is_done[whom] && !is_open[whom] {
                path.push((whom, 0));
                continue;
            }
            *n_seen += 1;
            if is_open[whom] {
                layers.back.push((node, whom));
            } else {
                layers.edges.push((node, whom));
                layers.of[node] = layers.of[node].max(layers.of[whom] + 1);
            }
        }
    }
    layers.edges.sort_unstable();
    layers.back.sort_unstable();
    layers
}

/// Leaves out the edges that follow from others: who rests on a package rests on what that one rests on.
fn reduced(layers: &Layers) -> Vec<(usize, usize)> {
    let n_nodes = layers.of.len();
    let mut rests_on: Vec<Vec<usize>> = vec![Vec::new(); n_nodes];
    layers.edges.iter().for_each(|(who, whom)| rests_on[*who].push(*whom));
    let mut order: Vec<usize> = (0..n_nodes).collect();
    order.sort_by_key(|node| layers.of[*node]);
    let mut reaches: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); n_nodes];
    let mut kept = Vec::new();
    for node in order {
        let through: BTreeSet<usize> = rests_on[node].iter().flat_map(|whom| reaches[*whom].iter().copied()).collect();
        kept.extend(rests_on[node].iter().filter(|whom| !through.contains(whom)).map(|whom| (node, *whom)));
        reaches[node] = through;
        reaches[node].extend(&rests_on[node]);
    }
    kept
}

/// A layout; `None` where there would be more lines and bends than anybody could follow.
pub(super) fn lay_out(layers: &Layers, most: usize) -> Option<Layout> {
    let edges = reduced(layers);
    let n_bends: usize = edges.iter().map(|(who, whom)| layers.of[*who] - layers.of[*whom] - 1).sum();
    if most < edges.len() + n_bends {
        return None;
    }
    // A line over several layers gets a bend in each, which takes a place there like a node.
    let mut column_of = layers.of.clone();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for (who, whom) in edges {
        let mut chain = vec![whom];
        for column in layers.of[whom] + 1..layers.of[who] {
            chain.push(column_of.len());
            column_of.push(column);
        }
        chain.push(who);
        pairs.extend(chain.windows(2).map(|pair| (pair[0], pair[1])));
        chains.push(chain);
    }
    let heights = heights(&column_of, &ordered(&column_of, &pairs), &pairs);
    let place = |point: &usize| (column_of[*point], heights[*point]);
    Some(Layout {
        places: (0..layers.of.len()).map(|node| place(&node)).collect(),
        lines: chains.iter().map(|chain| chain.iter().map(place).collect()).collect(),
        height: heights.iter().copied().max().unwrap_or(0),
    })
}

/// The neighbours of each point, to the left and to the right.
fn neighbours(n_points: usize, pairs: &[(usize, usize)]) -> [Vec<Vec<usize>>; 2] {
    let mut sides = [vec![Vec::new(); n_points], vec![Vec::new(); n_points]];
    for (left, right) in pairs {
        sides[0][*right].push(*left);
        sides[1][*left].push(*right);
    }
    sides
}

/// The points of each column from top to bottom, so that few lines cross: each goes to the middle of its neighbours,
/// in sweeps to and fro; the best of them stays.
fn ordered(column_of: &[usize], pairs: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); column_of.iter().max().map_or(0, |last| last + 1)];
    (0..column_of.len()).for_each(|point| columns[column_of[point]].push(point));
    let sides = neighbours(column_of.len(), pairs);
    let mut best = (crossings(column_of, &columns, pairs), columns.clone());
    for sweep in 0..12 {
        let is_forth = sweep % 2 == 0;
        let places: Vec<usize> =
            if is_forth { (0..columns.len()).collect() } else { (0..columns.len()).rev().collect() };
        for at in places {
            let row_of = rows(column_of.len(), &columns);
            let mut keyed: Vec<(i64, usize)> = columns[at]
                .iter()
                .map(|point| {
                    let near = &sides[usize::from(!is_forth)][*point];
                    let sum: usize = near.iter().map(|other| row_of[*other]).sum();
                    let own = row_of[*point] * 1024;
                    (i64::try_from((sum * 1024).checked_div(near.len()).unwrap_or(own)).unwrap_or(0), *point)
                })
                .collect();
            keyed.sort_by_key(|(key, _)| *key);
            columns[at] = keyed.into_iter().map(|(_, point)| point).collect();
        }
        let n = crossings(column_of, &columns, pairs);
        if n < best.0 {
            best = (n, columns.clone());
        }
    }
    best.1
}

/// The row of each point.
fn rows(n_points: usize, columns: &[Vec<usize>]) -> Vec<usize> {
    let mut rows = vec![0; n_points];
    for column in columns {
        column.iter().enumerate().for_each(|(row, point)| rows[*point] = row);
    }
    rows
}

/// How many pairs of lines cross.
fn crossings(column_of: &[usize], columns: &[Vec<usize>], pairs: &[(usize, usize)]) -> usize {
    let row_of = rows(column_of.len(), columns);
    let mut between: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for (left, right) in pairs {
        between.entry(column_of[*left]).or_default().push((row_of[*left], row_of[*right]));
    }
    let of_gap = |lines: &Vec<(usize, usize)>| {
        let others = |at: usize| lines[at + 1..].iter();
        let crosses = |a: &(usize, usize), b: &(usize, usize)| (a.0 < b.0 && b.1 < a.1) || (b.0 < a.0 && a.1 < b.1);
        lines.iter().enumerate().map(|(at, a)| others(at).filter(|b| crosses(a, b)).count()).sum::<usize>()
    };
    between.values().map(of_gap).sum()
}

/// How high each point stands: two units apart at least, and otherwise near its neighbours.
fn heights(column_of: &[usize], columns: &[Vec<usize>], pairs: &[(usize, usize)]) -> Vec<i64> {
    let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let mut heights: Vec<i64> = vec![0; column_of.len()];
    for column in columns {
        let above = i64::try_from(tallest - column.len()).unwrap_or(0);
        let rows = column.iter().zip((0_i64..).map(|row| above + 2 * row));
        rows.for_each(|(point, height)| heights[*point] = height);
    }
    let sides = neighbours(column_of.len(), pairs);
    for sweep in 0..8 {
        for at in 0..columns.len() {
            let column = if sweep % 2 == 0 { &columns[at] } else { &columns[columns.len() - 1 - at] };
            let wish = |point: &usize| {
                let near: Vec<i64> = sides.iter().flat_map(|side| &side[*point]).map(|other| heights[*other]).collect();
                let n_near = i64::try_from(near.len()).unwrap_or(0);
                near.iter().sum::<i64>().checked_div(n_near).unwrap_or(heights[*point])
            };
            let wishes: Vec<i64> = column.iter().map(wish).collect();
            for (point, height) in column.iter().zip(apart(&wishes)) {
                heights[*point] = height;
            }
        }
    }
    let top = heights.iter().copied().min().unwrap_or(0);
    heights.iter_mut().for_each(|height| *height -= top);
    heights
}

/// The wishes made at least two apart, half of it by going up and half by going down.
fn apart(wishes: &[i64]) -> Vec<i64> {
    let mut down = wishes.to_vec();
    for at in 1..down.len() {
        down[at] = down[at].max(down[at - 1] + 2);
    }
    let mut up = wishes.to_vec();
    for at in (1..up.len()).rev() {
        up[at - 1] = up[at - 1].min(up[at] - 2);
    }
    down.iter().zip(&up).map(|(down, up)| (down + up).div_euclid(2)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(n_nodes: usize, edges: &[(usize, usize)]) -> Graph {
        Graph { n_nodes, edges: edges.to_vec() }
    }

    #[test]
    fn who_rests_on_something_stands_to_the_right_of_it() {
        let layers = layers(&graph(4, &[(1, 0), (2, 1), (2, 0), (1, 0), (3, 3)]));
        assert_eq!(layers.of, [0, 1, 2, 0]);
        assert_eq!((layers.edges.len(), layers.back.len()), (3, 0));
        // That 2 rests on 0 follows from the rest.
        assert_eq!(reduced(&layers), [(1, 0), (2, 1)]);
    }

    #[test]
    fn a_circle_is_cut_and_ends() {
        let layers = layers(&graph(3, &[(0, 1), (1, 2), (2, 0)]));
        assert_eq!((layers.of.as_slice(), layers.back.as_slice()), (&[2, 1, 0][..], &[(2, 0)][..]));
        let every: Vec<(usize, usize)> = (0..30).flat_map(|a| (0..30).map(move |b| (a, b))).collect();
        let all = super::layers(&graph(30, &every));
        assert_eq!(all.edges.len() + all.back.len(), 30 * 29);
        assert!(lay_out(&all, 400).is_some());
    }

    #[test]
    fn nothing_stands_on_anything_else_and_every_line_runs_to_the_right() {
        // A tree, a few long edges, some alone.
        let edges: Vec<(usize, usize)> = (1..60).map(|n| (n, n / 3)).chain([(59, 1), (40, 39), (41, 40)]).collect();
        let layers = layers(&graph(64, &edges));
        let layout = lay_out(&layers, 400).expect("few enough");
        assert_eq!(Some(&layout), lay_out(&layers, 400).as_ref());
        let mut points: BTreeMap<usize, BTreeSet<i64>> = BTreeMap::new();
        layout.places.iter().for_each(|(column, height)| assert!(points.entry(*column).or_default().insert(*height)));
        for heights in points.values() {
            assert!(heights.iter().zip(heights.iter().skip(1)).all(|(a, b)| 2 <= b - a), "{heights:?}");
        }
        let runs_on = |line: &Vec<(usize, i64)>| line.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0);
        assert!(layout.lines.iter().all(runs_on));
        assert!(layout.places.iter().all(|(_, height)| *height <= layout.height));
    }

    #[test]
    fn lines_are_untangled_where_they_can_be() {
        let layers = layers(&graph(6, &[(3, 2), (4, 1), (5, 0)]));
        let layout = lay_out(&layers, 400).expect("few enough");
        assert!(layout.lines.iter().all(|line| line[0].1 == line[1].1), "{layout:?}");
    }

    #[test]
    fn what_nobody_could_follow_is_not_drawn() {
        let every: Vec<(usize, usize)> = (0..40).flat_map(|a| (40..80).map(move |b| (a, b))).collect();
        assert_eq!(lay_out(&layers(&graph(80, &every)), 400), None);
        assert_eq!(layers(&graph(0, &[])).of, Vec::<usize>::new());
    }
}
