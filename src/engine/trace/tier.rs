//! How a customer came to his tier: the review, his rank then, the bounds, and where he stood before.

use super::render::grouped;
use super::{Evidence, SeenTier, TierReach, Wording};
use crate::base::value::Value;
use crate::engine::rank::Standing;
use crate::engine::reference::place::Place;
use crate::engine::reference::standing;
use crate::engine::reviewed::TiersShown;
use crate::language::typed::{Definition, TiersDetail};
use crate::language::words::{self, Tongue};

/// Of the tier that was found; without a review as the rank of now has it.
pub(super) fn tier_evidence(
    place: &Place,
    definition: &Definition,
    detail: &TiersDetail,
    found: Option<&Value>,
) -> Evidence {
    let question = place.question;
    let review = question.people.tier_review(&definition.name, place.row);
    let stands = match &review {
        Some(review) => review.standing,
        None => standing(place, &detail.population),
    };
    let ranked = match stands {
        Standing::Inside {
            greater,
            population,
            ..
        } => Some((u64::from(greater) + 1, u64::from(population))),
        Standing::Outside | Standing::Unknown => None,
    };
    let stood = review.as_ref().and_then(|review| {
        let mut classes = detail.classes.values.iter();
        let before = review.before.as_ref()?;
        classes.position(|class| class.name == *before)
    });
    let class = match found {
        Some(Value::Enum(code)) => Some(usize::from(*code)),
        _ => None,
    };
    let reach = |class: Option<usize>, kept| {
        let (reach, (_, population)) = (detail.reach(class?, kept)?, ranked?);
        let part = reach.count.shifted(2);
        let part = part.map_or_else(|| reach.count.to_string(), |part| format!("{part}%"));
        let word = words::TOP;
        Some(TierReach {
            text: Wording {
                english: format!("{} {part}", word.english),
                chinese: format!("{} {part}", word.chinese),
            },
            places: reach.places(population),
        })
    };
    let named = |class: usize| {
        let class = detail.classes.values.get(class)?;
        Some(Wording {
            english: class.name.to_string(),
            chinese: class.label.as_ref().unwrap_or(&class.name).to_string(),
        })
    };
    Evidence::Tier(Box::new(SeenTier {
        reviewed: review.map(|review| review.date),
        place: ranked,
        before: stood.and_then(named),
        bound: reach(class, false),
        kept: reach(stood, true),
    }))
}

/// `reviewed on 2024-06-30; rank 12 of 5,369; top 1% reaches to 54; before: gold, kept to 376 (top 7%)`
pub(super) fn said(tier: &SeenTier, tongue: Tongue) -> String {
    let mut parts = vec![match (tier.reviewed, tongue) {
        (Some(date), Tongue::English) => format!("reviewed on {date}"),
        (Some(date), Tongue::Chinese) => format!("{date} 评定"),
        (None, Tongue::English) => "not in a review: by rank alone".to_owned(),
        (None, Tongue::Chinese) => "未经评定：仅按名次".to_owned(),
    }];
    parts.push(match (tier.place, tongue) {
        (Some((rank, of)), Tongue::English) => {
            format!("rank {} of {}", grouped(rank), grouped(of))
        }
        (Some((rank, of)), Tongue::Chinese) => format!("名次 {}／{}", grouped(rank), grouped(of)),
        (None, Tongue::English) => "no rank".to_owned(),
        (None, Tongue::Chinese) => "无名次".to_owned(),
    });
    if let Some(bound) = &tier.bound {
        let (text, places) = (bound.text.in_tongue(tongue), grouped(bound.places));
        parts.push(match tongue {
            Tongue::English => format!("{text} reaches to {places}"),
            Tongue::Chinese => format!("{text} 至第 {places} 名"),
        });
    }
    if let Some(before) = &tier.before {
        let before = before.in_tongue(tongue);
        let kept = tier.kept.as_ref().map(|kept| {
            let (text, places) = (kept.text.in_tongue(tongue), grouped(kept.places));
            match tongue {
                Tongue::English => format!(", kept to {places} ({text})"),
                Tongue::Chinese => format!("，保留至第 {places} 名（{text}）"),
            }
        });
        let kept = kept.unwrap_or_default();
        parts.push(match tongue {
            Tongue::English => format!("before: {before}{kept}"),
            Tongue::Chinese => format!("此前：{before}{kept}"),
        });
    }
    match tongue {
        Tongue::English => parts.join("; "),
        Tongue::Chinese => parts.join("；"),
    }
}

/// Of which review the tiers are.
pub(super) fn review_said(tiers: &TiersShown, tongue: Tongue) -> String {
    let name = &tiers.name;
    match (tiers.date, tongue) {
        (Some(date), Tongue::English) => format!("{name} as reviewed on {date}"),
        (Some(date), Tongue::Chinese) => format!("{name} 以 {date} 的评定为准"),
        (None, Tongue::English) => format!("{name} by rank alone, without `keep`: no review yet"),
        (None, Tongue::Chinese) => format!("{name} 尚未评定，仅按名次，不计保留"),
    }
}
