//! The ways to cut a run, counted up to two: one walk over its letters, each place with
//! what may hold there and how it was reached. Linear in the run for names of bounded length.

use super::class::{self, States};
use super::run::Context;
use super::token::tokens;
use crate::language::lexicon::Lexicon;

/// How a run can be cut; places are counted in letters.
#[derive(Debug, PartialEq, Eq)]
pub enum Ways {
    /// Not at all; with the part that nobody knows, where the run is clearly an expression.
    None(Option<Failure>),
    /// In one way.
    One(Vec<usize>),
    /// In these two, and perhaps more.
    Two(Vec<usize>, Vec<usize>),
}

/// Where reading ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// First letter of what is not known.
    pub from: usize,
    /// One past its last letter.
    pub to: usize,
}

/// One way to a place: the step before it, and where that part began.
#[derive(Clone, Copy)]
struct Step {
    before: Option<usize>,
    at: usize,
    /// Parts before it.
    parts: usize,
    /// Whether one of them says that the run is an expression.
    tells: bool,
}

/// What may hold at a place, and up to two ways to it.
#[derive(Clone)]
struct Arrival {
    states: States,
    ways: Vec<usize>,
}

/// Ways beyond the second are one too many already.
const WAYS_MAX: usize = 2;

/// Every place of a run that parts reach.
struct Walk {
    /// What may hold at each place.
    places: Vec<Vec<Arrival>>,
    steps: Vec<Step>,
    /// The last place reached.
    furthest: usize,
}

/// What may follow these letters, wherever they are cut.
pub fn states_behind(letters: &[char], context: Context, names: [&Lexicon; 2]) -> States {
    let walk = walk(letters, context, names);
    let ends = walk.places.last().into_iter().flatten();
    ends.fold(0, |states, arrival| states | arrival.states)
}

/// All ways to cut these letters.
pub fn ways(letters: &[char], context: Context, names: [&Lexicon; 2]) -> Ways {
    let Walk {
        places,
        steps,
        furthest,
    } = walk(letters, context, names);
    let wanted = class::last(context.after);
    let ends: Vec<usize> = places
        .last()
        .into_iter()
        .flatten()
        .filter(|arrival| arrival.states & wanted != 0)
        .flat_map(|arrival| arrival.ways.iter().copied())
        .collect();
    match ends.as_slice() {
        [] => Ways::None(
            is_expression(&places, furthest, &steps)
                .then(|| failure(furthest, letters, context, names))
                .flatten(),
        ),
        [one] => Ways::One(cuts(&steps, *one)),
        [one, other, ..] => Ways::Two(cuts(&steps, *one), cuts(&steps, *other)),
    }
}

fn walk(letters: &[char], context: Context, names: [&Lexicon; 2]) -> Walk {
    let mut steps: Vec<Step> = vec![Step {
        before: None,
        at: 0,
        parts: 0,
        tells: false,
    }];
    let mut places: Vec<Vec<Arrival>> = vec![Vec::new(); letters.len() + 1];
    if let Some(start) = places.first_mut() {
        start.push(Arrival {
            states: class::first(context.before),
            ways: vec![0],
        });
    }
    let mut furthest = 0;
    for at in 0..letters.len() {
        let arrivals = places.get_mut(at).map(std::mem::take).unwrap_or_default();
        if arrivals.is_empty() {
            continue;
        }
        let found = tokens(letters, at, context.care, names);
        let mut ends: Vec<usize> = found.iter().map(|token| token.end).collect();
        ends.sort_unstable();
        ends.dedup();
        for arrival in &arrivals {
            for end in &ends {
                let parts = found.iter().filter(|token| token.end == *end);
                let mut states = 0;
                let mut tells = false;
                for token in parts {
                    let behind = class::step(arrival.states, token.class);
                    states |= behind;
                    tells |= behind != 0 && token.tells;
                }
                if states == 0 {
                    continue;
                }
                furthest = furthest.max(*end);
                if let Some(place) = places.get_mut(*end) {
                    arrive(place, states, &arrival.ways, &mut steps, (at, tells));
                }
            }
        }
        // What was passed is looked at once more when nothing fits.
        if let Some(place) = places.get_mut(at) {
            *place = arrivals;
        }
    }
    Walk {
        places,
        steps,
        furthest,
    }
}

/// Notes that a place is reached from `at` in these ways.
fn arrive(
    place: &mut Vec<Arrival>,
    states: States,
    ways: &[usize],
    steps: &mut Vec<Step>,
    (at, tells): (usize, bool),
) {
    let known = place.iter().position(|arrival| arrival.states == states);
    if known.is_none() {
        place.push(Arrival {
            states,
            ways: Vec::new(),
        });
    }
    let arrival = match known {
        Some(known) => place.get_mut(known),
        None => place.last_mut(),
    };
    let Some(arrival) = arrival else { return };
    for before in ways {
        if arrival.ways.len() == WAYS_MAX {
            return;
        }
        let earlier = steps
            .get(*before)
            .map_or((0, false), |step| (step.parts, step.tells));
        arrival.ways.push(steps.len());
        steps.push(Step {
            before: Some(*before),
            at,
            parts: earlier.0 + 1,
            tells: earlier.1 || tells,
        });
    }
}

/// Where parts begin, without the first.
fn cuts(steps: &[Step], last: usize) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut step = steps.get(last);
    while let Some(found) = step {
        if found.at > 0 {
            cuts.push(found.at);
        }
        step = found.before.and_then(|before| steps.get(before));
    }
    cuts.reverse();
    cuts
}

/// Whether what can be read up to there has a word between values, so that a new name is
/// never taken for a fault.
fn is_expression(places: &[Vec<Arrival>], furthest: usize, steps: &[Step]) -> bool {
    places
        .get(furthest)
        .into_iter()
        .flatten()
        .flat_map(|arrival| &arrival.ways)
        .filter_map(|way| steps.get(*way))
        .any(|step| step.tells && step.parts > 1)
}

/// What nobody knows there, up to the next word between values.
fn failure(
    from: usize,
    letters: &[char],
    context: Context,
    names: [&Lexicon; 2],
) -> Option<Failure> {
    let next = (from + 1..letters.len()).find(|at| {
        tokens(letters, *at, context.care, names)
            .iter()
            .any(|token| token.tells)
    });
    (from < letters.len()).then_some(Failure {
        from,
        to: next.unwrap_or(letters.len()),
    })
}
