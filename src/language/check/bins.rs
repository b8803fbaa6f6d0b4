//! How the bins of one row lie to each other: values that no bin takes, bins that an
//! earlier one hides, and values that may be missing without a bin for it.

use crate::base::calendar::{Date, Instant};
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::suggest;
use super::super::syntax::score as written;
use super::super::typed::{Bin, BinTest, Choice, CompareOp, Node, Typed};
use super::Checker;
use super::convert::same_kind;
use super::holds::{compared, possible};
use super::interval::{HIGHEST, LOWEST, Ranges, point};

impl Checker<'_> {
    /// Reports what is wrong with a row whose bins are sound one by one.
    pub(super) fn judge_bins(
        &mut self,
        value: &Typed,
        bins: &[Bin],
        places: &[written::Bin],
        span: Span,
    ) -> Option<()> {
        let missing = bins.iter().any(|bin| bin.test == BinTest::Missing);
        let may_miss = self.may_be_missing(value);
        if !missing && may_miss {
            self.found.push(
                Diagnostic::error(
                    codes::BIN_MISSING,
                    "this may be missing, and no bin says what is given then",
                    value.span,
                )
                .help("add `| missing -> 0`, or give the value a `default`"),
            );
        } else if missing && !may_miss {
            let place = places
                .iter()
                .find(|bin| bin.test == written::BinTest::Missing)
                .map_or(span, |bin| bin.span);
            self.found.push(
                Diagnostic::warning(
                    codes::BIN_UNREACHABLE,
                    "this is never missing, so that this bin never holds",
                    place,
                )
                .also(value.span, "what the bins sort"),
            );
        }
        let domain = domain(value, bins);
        let left = self.look_along(value, bins, places, &domain);
        let otherwise = bins.iter().any(|bin| bin.test == BinTest::Else);
        if !otherwise && !left.is_empty() {
            let gap = left_out(&left, &domain);
            return self.fail(
                Diagnostic::error(codes::BIN_GAP, format!("no bin takes {gap}"), value.span)
                    .help("add `| else -> 0`, or a bin for them"),
            );
        }
        (missing || !may_miss).then_some(())
    }

    /// Tells of bins that earlier ones hide; what is left over at the end.
    fn look_along(
        &mut self,
        value: &Typed,
        bins: &[Bin],
        places: &[written::Bin],
        domain: &Kind,
    ) -> Ranges {
        let mut left = possible(value);
        for (bin, place) in bins.iter().zip(places) {
            let holds = match &bin.test {
                BinTest::Missing => continue,
                BinTest::Else if left.is_empty() => {
                    self.hidden(place.span, "the bins before take every value");
                    continue;
                }
                BinTest::Else => continue,
                BinTest::Holds(test) => self.points_of(test, domain),
            };
            let Some(holds) = holds else {
                continue;
            };
            let holds = holds.and(&possible(value));
            let taken = holds.and(&left);
            if !holds.is_empty() && taken.is_empty() {
                self.hidden(place.span, "the bins before take all of its values");
            } else if taken != holds {
                let shared = left_out(&holds.and(&left.not()), domain);
                self.found.push(
                    Diagnostic::warning(
                        codes::BIN_OVERLAP,
                        format!("a bin before takes {shared} too"),
                        place.span,
                    )
                    .help("the first bin that holds counts; write bounds that do not overlap"),
                );
            }
            left = left.and(&holds.not());
        }
        left
    }

    fn hidden(&mut self, span: Span, why: &str) {
        self.found.push(
            Diagnostic::warning(codes::BIN_UNREACHABLE, "this bin can never hold", span)
                .saying(why),
        );
    }

    /// The points at which a bin's test holds; `None` where they cannot be told.
    fn points_of(&self, test: &Typed, domain: &Kind) -> Option<Ranges> {
        match &test.node {
            Node::Compare { op, right, .. } if *op != CompareOp::Like => {
                let (end, whole) = self.end(right, domain)?;
                let op = match (op, whole) {
                    (CompareOp::Less, false) => CompareOp::LessEqual,
                    (CompareOp::GreaterEqual, false) => CompareOp::Greater,
                    (CompareOp::Equal, false) => return Some(Ranges::any_of(Vec::new())),
                    (CompareOp::NotEqual, false) => return Some(Ranges::from(LOWEST, HIGHEST)),
                    (op, _) => *op,
                };
                compared(op, end)
            }
            Node::In { choices, .. } => {
                let mut ranges = Vec::with_capacity(choices.len());
                for choice in choices {
                    ranges.push(self.choice_points(choice, domain)?);
                }
                Some(Ranges::any_of(ranges))
            }
            _ => None,
        }
    }

    /// Lower and upper point, the wrong way round for a choice that holds nothing.
    fn choice_points(&self, choice: &Choice, domain: &Kind) -> Option<(i128, i128)> {
        Some(match choice {
            Choice::One(one) => match self.end(one, domain)? {
                (point, true) => (point, point),
                (_, false) => (HIGHEST, LOWEST),
            },
            Choice::Range {
                low,
                high,
                high_included,
            } => {
                let low = match low {
                    Some(low) => {
                        let (point, whole) = self.end(low, domain)?;
                        point + i128::from(!whole)
                    }
                    None => LOWEST,
                };
                let high = match high {
                    Some(high) => {
                        let (point, whole) = self.end(high, domain)?;
                        point - i128::from(whole && !high_included)
                    }
                    None => HIGHEST,
                };
                (low, high)
            }
        })
    }

    /// A bound as a point of the domain, and whether it lies on it: 2.5 lies above the whole number 2.
    fn end(&self, typed: &Typed, domain: &Kind) -> Option<(i128, bool)> {
        let value = self.constant(typed)?;
        match (domain, &value) {
            (Kind::Int, Value::Number(number)) => {
                let floor = number.floor();
                let fits = floor.abs() < 9e18;
                fits.then_some((i128::from(floor as i64), floor == *number))
            }
            _ if same_kind(domain, &typed.kind) => Some((point(&value)?, true)),
            _ => None,
        }
    }
}

/// The kind in which the bins of a row are compared with each other.
fn domain(value: &Typed, bins: &[Bin]) -> Kind {
    let tested = bins.iter().find_map(|bin| match &bin.test {
        BinTest::Holds(test) => match &test.node {
            Node::Compare { left, .. } => Some(&left.kind),
            Node::In { value, .. } => Some(&value.kind),
            _ => None,
        },
        _ => None,
    });
    match (&value.kind, tested) {
        (Kind::Int, _) | (_, None) => value.kind.clone(),
        (_, Some(tested)) => tested.clone(),
    }
}

/// Values of that kind as a reader would list them.
fn left_out(left: &Ranges, kind: &Kind) -> String {
    match kind {
        Kind::Enum(list) => {
            let codes = list.values.iter().enumerate();
            let names = codes.filter(|(code, _)| {
                let at = i128::try_from(*code).unwrap_or(HIGHEST);
                !left.and(&Ranges::from(at, at)).is_empty()
            });
            suggest::some_of(names.map(|(_, value)| &*value.name), 8)
        }
        Kind::Text | Kind::Set(_) => "other texts".to_owned(),
        kind => {
            let spans: Vec<String> = left
                .spans()
                .take(3)
                .map(|(low, high)| span_text(low, high, kind))
                .collect();
            spans.join(", and ")
        }
    }
}

fn span_text(low: i128, high: i128, kind: &Kind) -> String {
    let shown = |at: i128| value_at(at, kind).map(|value| text_of(&value, kind));
    // Of two neighbours, the one that is written shorter is the one that the rule names.
    let shorter = |inner: i128, outer: i128, words: [&str; 2]| {
        let (inner, outer) = (shown(inner)?, shown(outer)?);
        Some(match inner.len() <= outer.len() {
            true => format!("{} {inner}", words[0]),
            false => format!("{} {outer}", words[1]),
        })
    };
    if low == high
        && let Some(one) = shown(low)
    {
        return one;
    }
    let from = match low <= LOWEST {
        true => None,
        false => shorter(low, low - 1, ["values from", "values above"]),
    };
    let to = match high >= HIGHEST {
        true => None,
        false => shorter(high, high + 1, ["to", "below"]),
    };
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} {to}"),
        (Some(from), None) => format!("{from} on"),
        (None, Some(to)) => format!("values up {to}").replace("up below", "below"),
        (None, None) => "any value".to_owned(),
    }
}

fn text_of(value: &Value, kind: &Kind) -> String {
    value.display(kind, &crate::base::calendar::Zone::utc())
}

/// The value that a point stands for; the reverse of [`point`] where there is one.
fn value_at(at: i128, kind: &Kind) -> Option<Value> {
    let small = i64::try_from(at).ok()?;
    Some(match kind {
        Kind::Bool => Value::Bool(at != 0),
        Kind::Int => Value::Int(small),
        Kind::Money => Value::Money(Money(small)),
        Kind::Number => {
            let bits = if small < 0 {
                !(small ^ i64::MIN)
            } else {
                small
            };
            let number = f64::from_bits(bits as u64);
            return number.is_finite().then_some(Value::Number(number));
        }
        Kind::Date => Value::Date(Date(i32::try_from(small).ok()?)),
        Kind::Time => Value::Time(Instant(small)),
        Kind::Enum(_) | Kind::Text | Kind::Set(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_go_back_to_their_values() {
        for number in [-1e300, -2.5, 0.0, 0.1, 25.0, 1e300] {
            let at = point(&Value::Number(number)).unwrap();
            assert_eq!(value_at(at, &Kind::Number), Some(Value::Number(number)));
        }
        let text = |low, high| span_text(low, high, &Kind::Number);
        let at = |number| point(&Value::Number(number)).unwrap();
        assert_eq!(text(at(25.0), at(30.0)), "values from 25 to 30");
        assert_eq!(text(at(9.0) + 1, at(10.0) - 1), "values above 9 below 10");
        assert_eq!(text(LOWEST, at(0.0) - 1), "values below 0");
        assert_eq!(text(at(5.0), HIGHEST), "values from 5 on");
        assert_eq!(text(at(5.0), at(5.0)), "5");
        assert_eq!(span_text(1, 4, &Kind::Int), "values from 1 to 4");
    }
}
