//! Kleene logic over whole words: false and unknown is false, true or unknown is
//! true, not unknown is unknown.

use super::vector::Truth;
use super::words;

/// A conjunction (or, with `or`, a disjunction) being gathered child by child.
#[derive(Debug)]
pub struct Junction {
    or: bool,
    yes: Vec<u64>,
    no: Vec<u64>,
    len: usize,
}

impl Junction {
    /// Of no children yet.
    pub fn new(or: bool, len: usize) -> Self {
        let (full, empty) = (words::all(len), words::none(len));
        let (yes, no) = if or { (empty, full) } else { (full, empty) };
        Self { or, yes, no, len }
    }

    /// Whether every lane is decided, so that no further child can change anything.
    pub fn is_settled(&self) -> bool {
        words::is_all(if self.or { &self.yes } else { &self.no }, self.len)
    }

    /// Takes the next child.
    pub fn take(&mut self, child: &Truth) {
        let no = child.no(self.len);
        if self.or {
            words::or_into(&mut self.yes, &child.yes);
            words::and_into(&mut self.no, &no);
        } else {
            words::and_into(&mut self.yes, &child.yes);
            words::or_into(&mut self.no, &no);
        }
    }

    /// The result.
    pub fn finish(self) -> Truth {
        decided(self.yes, self.no, self.len)
    }
}

/// From both sides; `no` is left out where nothing is unknown.
pub fn decided(yes: Vec<u64>, no: Vec<u64>, len: usize) -> Truth {
    let is_known = words::is_all(&words::or(&yes, &no), len);
    Truth {
        yes,
        no: (!is_known).then_some(no),
    }
}

/// Both.
pub fn and(left: &Truth, right: &Truth, len: usize) -> Truth {
    let mut both = Junction::new(false, len);
    both.take(left);
    both.take(right);
    both.finish()
}

/// Yes with `count` yeses, no when yes and unknown together are fewer, else unknown.
pub fn at_least(count: u32, children: &[&Truth], len: usize) -> Truth {
    let mut yeses = vec![0u32; len];
    let mut noes = vec![0u32; len];
    for child in children {
        for lane in words::positions(&child.yes) {
            if let Some(yes) = yeses.get_mut(lane) {
                *yes += 1;
            }
        }
        for lane in words::positions(&child.no(len)) {
            if let Some(no) = noes.get_mut(lane) {
                *no += 1;
            }
        }
    }
    let all = u32::try_from(children.len()).unwrap_or(u32::MAX);
    decided(
        words::from_slice(&yeses, |yes| yes >= count),
        words::from_slice(&noes, |no| all - no < count),
        len,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lanes: no, unknown, yes.
    fn three() -> Truth {
        Truth {
            yes: vec![0b100],
            no: Some(vec![0b001]),
        }
    }

    fn lanes(truth: &Truth, len: usize) -> Vec<Option<bool>> {
        (0..len).map(|lane| truth.at(lane)).collect()
    }

    #[test]
    fn false_and_unknown_is_false_true_or_unknown_is_true() {
        let unknown = Truth::constant(None, 3);
        assert_eq!(
            lanes(&and(&three(), &unknown, 3), 3),
            [Some(false), None, None]
        );
        let mut either = Junction::new(true, 3);
        either.take(&three());
        either.take(&unknown);
        assert_eq!(lanes(&either.finish(), 3), [None, None, Some(true)]);
        assert_eq!(
            lanes(&three().negated(3), 3),
            [Some(true), None, Some(false)]
        );
    }

    #[test]
    fn a_settled_conjunction_needs_no_more_children() {
        let mut both = Junction::new(false, 2);
        both.take(&Truth::constant(None, 2));
        assert!(!both.is_settled());
        both.take(&Truth::constant(Some(false), 2));
        assert!(both.is_settled());
    }

    #[test]
    fn at_least_counts_what_could_still_be_yes() {
        let (yes, no) = (
            Truth::constant(Some(true), 3),
            Truth::constant(Some(false), 3),
        );
        let three = three();
        assert_eq!(
            lanes(&at_least(2, &[&yes, &no, &three], 3), 3),
            [Some(false), None, Some(true)]
        );
        assert_eq!(at_least(0, &[&no], 3).at(0), Some(true));
        assert_eq!(at_least(4, &[&yes, &yes], 3).at(0), Some(false));
    }
}
