//! Facts bound around a place, sequences of events, and named parts of events.

use tamis::base::kind::Kind;
use tamis::language::typed::{
    EventPartId, Followed, FollowedStep, NamedFact, Node, Subfield, Subject, Typed, Within,
};
use tamis::schema::{EventId, FieldId};

use crate::expression::{UNITS, typed};
use crate::facts::filter;
use crate::scope::Scope;
use crate::tape::Tape;

/// What a fact is called that is bound at that depth.
pub fn name(depth: usize) -> String {
    format!("t{depth}")
}

/// Something of that kind of the facts bound around; the one at hand has no need of a name.
pub fn named(scope: Scope, kind: &Kind) -> Vec<Node> {
    let bound: Vec<Subject> = scope.bound.iter().flatten().copied().collect();
    let at_hand = usize::from(scope.subject.is_some());
    let mut found = Vec::new();
    for (out, (depth, subject)) in bound.iter().enumerate().rev().enumerate().skip(at_hand) {
        let mut add = |take| {
            found.push(Node::Named(NamedFact {
                out: out as u32,
                name: name(depth).into(),
                subject: *subject,
                take,
            }));
        };
        for (at, field) in scope.fields_of(*subject).iter().enumerate() {
            if field.kind == *kind {
                add(Subfield::Field(FieldId(at as u16)));
            }
        }
        match (kind, subject) {
            (Kind::Time, _) => add(Subfield::At),
            (Kind::Text, Subject::Holding(_)) => add(Subfield::Key),
            _ => {}
        }
    }
    found
}

/// A condition of facts, with a named part before it now and then.
pub fn parted(
    tape: &mut Tape,
    scope: Scope,
    subject: Subject,
    rest: Option<Typed>,
) -> Option<Typed> {
    let parts: Vec<u32> = (0u32..)
        .zip(&scope.rules.event_parts)
        .filter(|(_, part)| Subject::Event(part.event) == subject)
        .map(|(at, _)| at)
        .collect();
    if parts.is_empty() || !tape.chance(40) {
        return rest;
    }
    let part = typed(Node::Part(EventPartId(*tape.one(&parts))), Kind::Bool);
    Some(match rest {
        None => part,
        Some(rest) => typed(Node::And(vec![part, rest]), Kind::Bool),
    })
}

/// A sequence, if there is room for its names.
pub fn followed(tape: &mut Tape, scope: Scope, depth: u32) -> Option<Node> {
    let around = scope.bound.iter().flatten().count();
    let count = 2 + tape.below(3);
    let mut steps: Vec<FollowedStep> = Vec::new();
    let mut inside = scope.customer();
    for at in 0..count {
        let event = EventId(tape.below(scope.schema().events.len()) as u16);
        let subject = Subject::Event(event);
        inside = inside.about(subject)?;
        let absent = at > 0 && tape.chance(35);
        // Earlier steps that are absent have no event to speak of.
        let speakable = steps.iter().all(|step| !step.absent);
        let condition = (speakable && tape.chance(60)).then(|| filter(tape, inside, depth.min(2)));
        let last = at + 1 == count;
        let within = (absent && last || tape.chance(50)).then(|| {
            let low = if tape.chance(25) {
                tape.between(0, 3)
            } else {
                0
            };
            Within {
                low,
                high: low + *tape.one(&[0, 1, 2, 7, 30, 90]),
                unit: *tape.one(&UNITS),
            }
        });
        steps.push(FollowedStep {
            name: (!absent).then(|| name(around + at).into()),
            absent,
            event,
            filter: parted(tape, inside, subject, condition),
            within,
        });
    }
    Some(Node::Followed(Box::new(Followed { steps })))
}
