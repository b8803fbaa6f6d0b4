//! Where a line may be broken, loosest first: between the parts of a block, at commas,
//! before `then` and `else`, before `and` and `or`, before `+` and `-`.

use super::token::{Gap, Token};
use crate::language::words::{self, Word};

/// Places of one looseness at which a line is broken.
#[derive(Debug, PartialEq, Eq)]
pub struct Joints {
    /// Tokens that begin a new line.
    pub starts: Vec<usize>,
    /// Whether lines after the first are moved in, though they begin on a line of their own.
    pub moved: bool,
    /// Whether they are commas.
    pub commas: bool,
}

/// For each token that opens a bracket, the one that closes it, within the range.
pub fn closers(tokens: &[Token<'_>]) -> Vec<Option<usize>> {
    let mut closers = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "（" | "{" | "｛" => open.push(at),
            ")" | "）" | "}" | "｝" => {
                if let Some(closer) = open.pop().and_then(|opener: usize| closers.get_mut(opener)) {
                    *closer = Some(at);
                }
            }
            _ => {}
        }
    }
    closers
}

/// Tokens of the range that stand in none of its brackets.
fn level(closers: &[Option<usize>], from: usize, to: usize) -> Vec<usize> {
    let mut level = Vec::new();
    let mut at = from;
    while at < to {
        level.push(at);
        at = match closers.get(at).copied().flatten() {
            Some(closer) if closer < to => closer,
            _ => at,
        } + 1;
    }
    level
}

/// The loosest places at which the range can be broken.
pub fn joints(
    tokens: &[Token<'_>],
    closers: &[Option<usize>],
    from: usize,
    to: usize,
) -> Option<Joints> {
    let level = level(closers, from, to);
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let gap = |at: usize| tokens.get(at).map_or(Gap::None, |token| token.gap);
    let inside = |at: &usize| *at > from && *at < to;
    let put = |starts: Vec<usize>, moved| {
        let starts: Vec<usize> = starts.into_iter().filter(inside).collect();
        (!starts.is_empty()).then_some(Joints {
            starts,
            moved,
            commas: false,
        })
    };
    let is = |at: usize, wanted: &[Word]| {
        wanted
            .iter()
            .any(|word| text(at).eq_ignore_ascii_case(word.english) || text(at) == word.chinese)
    };
    let before = |wanted: &[Word]| -> Vec<usize> {
        level.iter().copied().filter(|at| is(*at, wanted)).collect()
    };
    let wide = level.iter().copied().filter(|at| gap(*at) == Gap::Wide);
    if let Some(joints) = put(wide.collect(), false) {
        return Some(joints);
    }
    let commas = level.iter().filter(|at| matches!(text(**at), "," | "，"));
    if let Some(joints) = put(commas.map(|at| at + 1).collect(), false) {
        return Some(Joints {
            commas: true,
            ..joints
        });
    }
    if let Some(joints) = put(before(&[words::THEN, words::ELSE]), true) {
        return Some(joints);
    }
    let mut chain = Vec::new();
    let mut between = false;
    for at in &level {
        if is(*at, &[words::BETWEEN]) {
            between = text(*at).is_ascii();
        } else if is(*at, &[words::AND]) && between {
            between = false;
        } else if is(*at, &[words::AND, words::OR]) {
            chain.push(*at);
        }
    }
    if let Some(joints) = put(chain, false) {
        return Some(joints);
    }
    let signs = level
        .iter()
        .copied()
        .filter(|at| matches!(text(*at), "+" | "-") && gap(*at) == Gap::Space)
        .filter(|at| gap(at + 1) == Gap::Space);
    put(signs.collect(), true)
}
