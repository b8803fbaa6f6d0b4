//! The words between the parts, in both tongues.

use super::{Join, Reason};
use crate::language::words::Tongue;

/// What stands for a condition whose children carry its text.
pub(super) fn join(join: Join, tongue: Tongue) -> String {
    match (tongue, join) {
        (Tongue::English, Join::All) => "all of".to_owned(),
        (Tongue::English, Join::Any) => "any of".to_owned(),
        (Tongue::English, Join::AtLeast(count)) => format!("at least {count} of"),
        (Tongue::English, Join::Not) => "not".to_owned(),
        (Tongue::Chinese, Join::All) => "全部满足".to_owned(),
        (Tongue::Chinese, Join::Any) => "任一满足".to_owned(),
        (Tongue::Chinese, Join::AtLeast(count)) => format!("至少满足 {count} 项"),
        (Tongue::Chinese, Join::Not) => "非".to_owned(),
    }
}

/// Why there is no value; `None` where the children say it.
pub(super) fn reason(reason: Reason, tongue: Tongue) -> Option<&'static str> {
    let (english, chinese) = match reason {
        Reason::Inputs => return None,
        Reason::NotGiven => ("not given", "未提供"),
        Reason::Constant => ("the rule says so", "规则如此"),
        Reason::DivisionByZero => ("division by zero", "除数为零"),
        Reason::Overflow => ("the result does not fit", "结果超出范围"),
        Reason::OutsideDomain => ("outside the function's domain", "超出函数定义域"),
        Reason::Unreadable => ("the text cannot be read so", "文本无法解读"),
        Reason::NoMark => ("the text has no such mark", "文本中没有该标记"),
        Reason::Nothing => ("nothing counted", "没有计入项"),
        Reason::LacksField => ("what counted lacks the field", "计入项缺少该字段"),
        Reason::TooFew => ("too few to compare", "数量不足以比较"),
        Reason::UnitWithout => ("a unit of time has no value", "有时段没有值"),
        Reason::Undated => ("it holds without a date", "没有更新日期"),
        Reason::MissingBound => ("a bound of the window is missing", "时间范围的界限缺失"),
        Reason::NoBranch => ("no branch holds", "没有符合的分支"),
        Reason::Plugin => ("the plugin gave none", "插件未给出"),
        Reason::NoPlace => ("not among those ranked", "不在排名范围内"),
        Reason::OthersUnknown => ("not known of the others", "对方情况未知"),
    };
    Some(match tongue {
        Tongue::English => english,
        Tongue::Chinese => chinese,
    })
}

/// One of two texts.
pub(super) fn pick<'a>(tongue: Tongue, english: &'a str, chinese: &'a str) -> &'a str {
    match tongue {
        Tongue::English => english,
        Tongue::Chinese => chinese,
    }
}
