//! Tiers: the class that a review gives a customer, from his rank, how many are ranked with him and
//! where he stood before; and the class that the last review gave.

use super::People;
use super::place::{Place, Question};
use super::ranked::standing;
use crate::base::calendar::{Instant, Zone};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::rank::Standing;
use crate::language::typed::{DefinitionId, Detail, Rules, TiersDetail};

/// As stored, where the rules still know the class.
pub(super) fn reviewed(place: &Place, tiers: &str, kind: &Kind) -> Option<Value> {
    let Kind::Enum(classes) = kind else {
        return None;
    };
    let stored = place.question.people.reviewed(tiers, place.row)?;
    let at = classes
        .values
        .iter()
        .position(|class| class.name == stored)?;
    u16::try_from(at).ok().map(Value::Enum)
}

/// The place of the class that a review at `now` gives the customer of a row, who stood in the class of some name
/// before; `None` for whoever has no rank, or one that no tier reaches down to.
pub fn tier(
    rules: &Rules,
    people: &dyn People,
    row: u32,
    tiers: DefinitionId,
    stood: Option<&str>,
    at: (Instant, &Zone),
) -> Option<usize> {
    let Detail::Tiers(detail) = &rules.definition(tiers)?.detail else {
        return None;
    };
    let question = Question::new(rules, people, at.0, at.1);
    let person = people.person(row);
    given(&Place::of(&question, row, &person), detail, stood)
}

pub(crate) fn given(place: &Place, detail: &TiersDetail, stood: Option<&str>) -> Option<usize> {
    let Standing::Inside {
        greater,
        population,
        ..
    } = standing(place, &detail.population)
    else {
        return None;
    };
    let rank = u64::from(greater) + 1;
    // The last place of the best so many in a hundred, rounded up: what is past it is out.
    let is_out = |share: crate::base::decimal::Decimal| {
        let whole = 10i128.pow(share.places);
        (i128::from(rank) - 1) * whole >= share.mantissa * i128::from(population)
    };
    let reaches = detail.reaches.iter();
    let by_rank = reaches
        .clone()
        .position(|reach| reach.is_none_or(|share| !is_out(share)));
    let mut names = detail.classes.values.iter();
    let before = stood.and_then(|stood| names.position(|class| &*class.name == stood));
    let Some(before) = before else {
        return by_rank;
    };
    if by_rank.is_some_and(|found| found <= before) {
        return by_rank;
    }
    let bound = detail.reaches.get(before).copied().flatten()?;
    let is_kept = bound.plus(detail.keep).is_some_and(|share| !is_out(share));
    if is_kept { Some(before) } else { by_rank }
}
