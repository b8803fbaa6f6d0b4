//! Values come back as they went in, in the width that they need.

use proptest::prelude::*;

use super::super::raw::{pack_keys, pick};
use super::*;

fn width(packed: &Packed) -> &'static str {
    match packed.values {
        Values::Constant { .. } => "constant",
        Values::U8 { .. } => "8",
        Values::U16 { .. } => "16",
        Values::U32 { .. } => "32",
        Values::I64 { .. } => "64",
        Values::F64 { .. } | Values::Masks { .. } | Values::Lists { .. } => "other",
    }
}

#[test]
fn the_width_is_the_narrowest_that_holds_the_present_keys() {
    let width_of = |keys: &[i64]| width(&pack_keys(keys, &vec![true; keys.len()]));
    assert_eq!(width_of(&[7, 7]), "constant");
    assert_eq!(width_of(&[-100, 155]), "8");
    assert_eq!(width_of(&[-100, 0, 156, 1]), "16");
    assert_eq!(
        width_of(&[1 << 40, (1 << 40) + 65_535, (1 << 40) + 1]),
        "16"
    );
    assert_eq!(width_of(&[0, 1, 65_536]), "32");
    assert_eq!(width_of(&[0, 1 << 32]), "64");
    assert_eq!(width_of(&[i64::MIN, i64::MAX]), "64");
    // What all are apart by multiples of is left out where that makes them narrower, and only there.
    assert_eq!(width_of(&[500, 600, 500 + 255 * 100]), "8");
    assert_eq!(width_of(&[-100, 0, 65_534 * 100]), "16");
    assert_eq!(width_of(&[0, 70_000 * 100, 1]), "32");
    assert_eq!(width_of(&[0, 86_400, 255 * 86_400]), "8");
    let step = |keys: &[i64]| match pack_keys(keys, &vec![true; keys.len()]).values {
        Values::U8 { step, .. } | Values::U16 { step, .. } | Values::U32 { step, .. } => step,
        _ => 0,
    };
    assert_eq!(step(&[0, 100, 300, 70_000]), 100);
    assert_eq!(step(&[0, 2, 4]), 1);
    assert_eq!(step(&[i64::MIN, i64::MAX]), 0);
    let absent = pack_keys(&[5, i64::MAX, 6], &[true, false, true]);
    assert_eq!((width(&absent), absent.bounds), ("8", Some((5, 6))));
    assert!(absent.may_hold(6, 9) && absent.may_hold(0, 5) && !absent.may_hold(7, 9));
}

proptest! {
    #[test]
    fn decoding_gives_back_what_was_packed(
        keys in prop::collection::vec((prop_oneof![0i64..200, 0i64..70_000, 0i64..5_000_000_000, any::<i64>()], prop::bool::weighted(0.8)), 1..200),
        narrow in 0u32..3,
        times in prop_oneof![Just(1i64), Just(100), Just(86_400)],
        start in 0usize..220,
        count in 0usize..130,
        more in 0usize..70,
    ) {
        let shift = [0, 32, 56][narrow as usize];
        let list: Vec<i64> = keys.iter().map(|(key, _)| (key >> shift).wrapping_mul(times)).collect();
        let present: Vec<bool> = keys.iter().map(|(_, present)| *present).collect();
        let packed = pack_keys(&list, &present);
        let known = |at: usize| present.get(at).copied().unwrap_or(false).then(|| list[at]);
        for at in 0..list.len() + 2 {
            prop_assert_eq!(packed.key(at), known(at));
        }
        prop_assert_eq!(packed.present(), present.iter().filter(|there| **there).count() as u64);
        let (mut decoded, mut numbers) = (vec![99; count], vec![9.9; count]);
        let mut words = vec![u64::MAX; count.div_ceil(64)];
        packed.decode_keys(start, &mut decoded);
        packed.decode_numbers(start, &mut numbers);
        packed.decode_presence(start, count, &mut words);
        for at in 0..count {
            prop_assert_eq!(words[at / 64] >> (at % 64) & 1 == 1, known(start + at).is_some());
            if let Some(key) = known(start + at) {
                prop_assert_eq!((decoded[at], numbers[at]), (key, key as f64));
            }
        }
        for bit in count..words.len() * 64 {
            prop_assert_eq!(words[bit / 64] >> (bit % 64) & 1, 0);
        }
        prop_assert_eq!(packed.present_places().collect::<Vec<_>>(), (0..list.len()).filter(|at| present[*at]).collect::<Vec<_>>());
        let longer = packed.padded(list.len() + more);
        prop_assert_eq!(longer.len(), list.len() + more);
        for at in 0..longer.len() {
            prop_assert_eq!(longer.key(at), known(at));
        }
        let places: Vec<u32> = (0..list.len() as u32).filter(|at| at % 3 == 1).collect();
        match pick(&packed, &places) {
            None => prop_assert!(places.iter().all(|at| !present[*at as usize])),
            Some(picked) => for (at, place) in places.iter().enumerate() {
                prop_assert_eq!(picked.key(at), known(*place as usize));
            },
        }
    }
}
