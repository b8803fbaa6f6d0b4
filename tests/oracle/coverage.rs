//! The generator leaves nothing out: every node, window, function and aggregate that
//! a question about customers may hold turns up.

use std::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const WANTED: &str = "
    Literal Missing Today Now CustomerId Attribute Field At Key RelationTexts Definition Param
    Not And Or AtLeast Compare Between In InWindow TextTest Matches SetContains IsMissing
    Default If Case Arithmetic Negate Convert DateAdd DaysBetween Since Call Aggregate Related
    RelatedAggregate Periods Recorded Named Part OfSelf Followed One Range
    All Last Previous Rolling Next This PreviousCalendar Before WithinAfter
    Minute Hour Day Week Month Quarter Year
    Count Sum Avg Min Max Distinct First Any None
    Median Stddev Mode Modes Share Gap Elapsed Series Units Streak Peak Trend Rising Falling
    Clamp Round Floor Abs Log Exp Sqrt Scale Left Right Middle Length Upper Lower Trim Replace
    After ToNumber ToText ToDate Weekday Anniversary
    Equal NotEqual Less LessEqual Greater GreaterEqual Like Contains StartsWith EndsWith
    Add Subtract Multiply Divide Event Holding
    Ranked Percentile Rank Quantile Top Overall Median Stddev
";

#[test]
fn everything_a_question_may_hold_turns_up() {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(config, random);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for _ in 0..1_200 {
        let case = crate::case::small()
            .new_tree(&mut runner)
            .unwrap()
            .current()
            .case();
        let text = format!("{:?} {:?}", case.questions, case.rules.definitions);
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        seen.extend(words.map(str::to_owned));
    }
    let left_out: Vec<&str> = WANTED
        .split_whitespace()
        .filter(|word| !seen.contains(*word))
        .collect();
    assert!(left_out.is_empty(), "{left_out:?}");
}
