//! Functions of values.

use super::shape::{as_written, ends_with_its_own};
use super::{Reader, say};
use crate::language::typed::{Function, Typed};

impl Reader<'_> {
    /// What a function gives.
    pub(super) fn call(&mut self, function: Function, arguments: &[Typed]) -> String {
        if function == Function::Weighted {
            return self.weighted(arguments);
        }
        let said = self.arguments(function, arguments);
        let mut parts = said.iter().map(String::as_str);
        let x = parts.next().unwrap_or_default();
        let y = parts.next();
        let z = parts.next();
        match function {
            Function::Min => self.one_of_several("the smallest of", "中的最小值", &said),
            Function::Max => self.one_of_several("the greatest of", "中的最大值", &said),
            Function::Clamp => {
                let (low, high) = (y.unwrap_or_default(), z.unwrap_or_default());
                say!(
                    self,
                    "{x}, kept within {low} and {high}",
                    "{x}，限定在{low}至{high}之间"
                )
            }
            Function::Scale => {
                let (low, high) = (y.unwrap_or_default(), z.unwrap_or_default());
                say!(
                    self,
                    "{x} placed on the way from {low} to {high}, as 0 to 1",
                    "{x}在{low}至{high}区间内折算的0至1分值"
                )
            }
            Function::Round => match y {
                None => say!(self, "{x}, rounded", "{x}，四舍五入取整"),
                Some(places) => say!(
                    self,
                    "{x}, rounded to {places} places",
                    "{x}，四舍五入保留{places}位小数"
                ),
            },
            Function::Floor => say!(self, "{x}, rounded down", "{x}，向下取整"),
            Function::Abs => say!(self, "{x} without its sign", "{x}的绝对值"),
            Function::Log => say!(self, "the natural logarithm of {x}", "{x}的自然对数"),
            Function::Exp => say!(self, "e to the power of {x}", "e的{x}次方"),
            Function::Sqrt => say!(self, "the square root of {x}", "{x}的平方根"),
            Function::ToNumber => say!(self, "{x} as a number", "{x}转成的数值"),
            Function::Anniversary => {
                say!(self, "the next anniversary of {x}", "{x}的下一个周年日")
            }
            Function::Year => say!(self, "the year of {x}", "{x}的年份"),
            Function::Quarter => say!(self, "the quarter of {x}", "{x}的季度"),
            Function::Month => say!(self, "the month of {x}", "{x}的月份"),
            Function::Day => say!(self, "the day of the month of {x}", "{x}的日"),
            Function::Weekday => say!(
                self,
                "the day of the week of {x} (Monday is 1)",
                "{x}的星期几（星期一为1）"
            ),
            _ => self.of_text(function, x, y, z),
        }
    }

    fn arguments(&mut self, function: Function, arguments: &[Typed]) -> Vec<String> {
        let of_numbers = matches!(
            function,
            Function::Log | Function::Exp | Function::Sqrt | Function::Scale
        );
        // What is not a number is read as one; that goes without saying.
        let arguments: Vec<&Typed> = match of_numbers {
            true => arguments.iter().map(as_written).collect(),
            false => arguments.iter().collect(),
        };
        match (arguments.as_slice(), ends_with_its_own(function)) {
            // All that stands before is meant.
            ([first, rest @ ..], true) => {
                let first = self.value(first);
                let rest = rest.iter().map(|one| self.operand(one));
                std::iter::once(first).chain(rest).collect()
            }
            _ => arguments.iter().map(|one| self.operand(one)).collect(),
        }
    }

    fn of_text(&self, function: Function, x: &str, y: Option<&str>, z: Option<&str>) -> String {
        let (second, third) = (y.unwrap_or_default(), z.unwrap_or_default());
        match function {
            Function::Left => say!(
                self,
                "the first {second} characters of {x}",
                "{x}的前{second}个字符"
            ),
            Function::Right => say!(
                self,
                "the last {second} characters of {x}",
                "{x}的后{second}个字符"
            ),
            Function::Middle => say!(
                self,
                "{third} characters of {x} from position {second} on",
                "{x}从第{second}位起的{third}个字符"
            ),
            Function::Length => say!(self, "the length of {x}", "{x}的长度"),
            Function::Upper => say!(self, "{x} in capitals", "{x}的大写"),
            Function::Lower => say!(self, "{x} in small letters", "{x}的小写"),
            Function::Trim => say!(self, "{x} without outer blanks", "去掉首尾空白的{x}"),
            Function::Replace => say!(
                self,
                "{x} with {second} replaced by {third}",
                "将{second}替换为{third}后的{x}"
            ),
            Function::Before => say!(
                self,
                "what stands before {second} in {x}",
                "{x}中{second}之前的部分"
            ),
            Function::After => say!(
                self,
                "what stands after {second} in {x}",
                "{x}中{second}之后的部分"
            ),
            Function::ToText | Function::Read => say!(self, "{x} as text", "{x}转成的文本"),
            Function::ToDate => match y {
                None => say!(self, "the date of {x}", "{x}的日期"),
                Some(pattern) => say!(
                    self,
                    "the date that {x} writes as {pattern}",
                    "按{pattern}读{x}得到的日期"
                ),
            },
            Function::ToTime => match (y, z) {
                (None, _) => say!(self, "the instant of {x}", "{x}的时刻"),
                (Some(pattern), None) => say!(
                    self,
                    "the instant that {x} writes as {pattern}",
                    "按{pattern}读{x}得到的时刻"
                ),
                (Some(pattern), Some(zone)) => say!(
                    self,
                    "the instant that {x} writes as {pattern} in {zone}",
                    "按{pattern}与时区{zone}读{x}得到的时刻"
                ),
            },
            Function::MissingIf => say!(
                self,
                "{x} (missing where it is {second})",
                "{x}（为{second}时视为缺失）"
            ),
            _ => x.to_owned(),
        }
    }

    fn one_of_several(&self, english: &str, chinese: &str, said: &[String]) -> String {
        let list = match self.tongue {
            crate::language::words::Tongue::English => said.join(", "),
            crate::language::words::Tongue::Chinese => said.join("、"),
        };
        say!(self, "{english} {list}", "{list}{chinese}")
    }

    /// Values, each with its weight.
    fn weighted(&mut self, arguments: &[Typed]) -> String {
        let mut said = Vec::new();
        for pair in arguments.chunks_exact(2) {
            let [value, weight] = pair else { continue };
            let (value, weight) = (self.operand(as_written(value)), self.operand(weight));
            said.push(say!(
                self,
                "{value} (weight {weight})",
                "{value}（权重{weight}）"
            ));
        }
        let list = match self.tongue {
            crate::language::words::Tongue::English => said.join(", "),
            crate::language::words::Tongue::Chinese => said.join("、"),
        };
        say!(
            self,
            "the weighted mean, missing values skipped, of {list}",
            "{list}的加权平均（跳过缺失值）"
        )
    }
}
