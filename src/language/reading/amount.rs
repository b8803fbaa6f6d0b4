//! Numbers, amounts, dates, instants and lengths of time as people say them.

use super::{Reader, say};
use crate::base::calendar::{Date, Instant, Unit};
use crate::base::decimal::Decimal;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::printer;
use crate::language::words::{self, Tongue};

impl Reader<'_> {
    /// A value of that kind.
    pub(super) fn literal(&self, value: &Value, kind: &Kind) -> String {
        match value {
            Value::Bool(yes) => {
                let word = if *yes { words::YES } else { words::NO };
                let word = word.text(self.tongue);
                format!("“{word}”")
            }
            Value::Int(number) => self.digits(&number.to_string()),
            Value::Number(number) => self.digits(&number.to_string()),
            Value::Money(money) => self.digits(&money.to_string()),
            Value::Text(text) => self.quoted(text),
            Value::Enum(code) => self.class(*code, kind),
            Value::Date(date) => self.date(*date),
            Value::Time(instant) => self.instant(*instant),
            Value::Set(_) => self.quoted(&value.display(kind, &self.zone)),
        }
    }

    /// A text in quotes; one inside it is doubled.
    pub(super) fn quoted(&self, text: &str) -> String {
        match self.tongue {
            Tongue::English => format!("\"{}\"", text.replace('"', "\"\"")),
            Tongue::Chinese => format!("“{}”", text.replace('”', "””")),
        }
    }

    fn class(&self, code: u16, kind: &Kind) -> String {
        let found = match kind {
            Kind::Enum(values) => values.values.get(code as usize),
            _ => None,
        };
        match found {
            Some(value) => self.choose(&value.name, value.label.as_deref()),
            None => format!("#{code}"),
        }
    }

    /// A number in digits: `1,234.5`, `50万`.
    pub(super) fn digits(&self, written: &str) -> String {
        let Some(number) = Decimal::parse(written.strip_prefix('-').unwrap_or(written)) else {
            return written.to_owned();
        };
        let sign = match written.starts_with('-') {
            true => say!(self, "minus ", "负"),
            false => String::new(),
        };
        let number = match self.tongue {
            Tongue::English => grouped(&number.to_string()),
            Tongue::Chinese => chinese(number),
        };
        format!("{sign}{number}")
    }

    /// A part as percent: `12.5%`; `None` where that would not be shorter.
    pub(super) fn percent(&self, written: &str) -> Option<String> {
        let number = Decimal::parse(written)?.shifted(2)?;
        (number.places <= 2).then(|| format!("{number}%"))
    }

    /// `30 June 2024`, `2024年6月30日`.
    pub(super) fn date(&self, date: Date) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let (year, month, day) = date.ymd();
        let at = usize::try_from(month.saturating_sub(1)).unwrap_or_default();
        let name = MONTHS.get(at).copied().unwrap_or_default();
        say!(self, "{day} {name} {year}", "{year}年{month}月{day}日")
    }

    /// A date with the time on the clock of the business zone.
    pub(super) fn instant(&self, instant: Instant) -> String {
        let (date, second) = self.zone.local(instant);
        let date = self.date(date);
        let clock = match second % 60 {
            0 => self.clock(second / 60),
            rest => format!("{}:{rest:02}", self.clock(second / 60)),
        };
        say!(self, "{date}, {clock}", "{date}{clock}")
    }

    /// Minutes since midnight: `09:30`.
    pub(super) fn clock(&self, minutes: u32) -> String {
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// `90 days`, `1 day`, `90天`, `6个整月`.
    pub(super) fn length(&self, count: i64, unit: Unit, whole: bool) -> String {
        let number = self.digits(&count.to_string());
        let units = self.units(count, unit);
        match (self.tongue, whole) {
            (Tongue::English, false) => format!("{number} {units}"),
            (Tongue::English, true) => format!("{number} whole {units}"),
            (Tongue::Chinese, false) => format!("{number}{units}"),
            (Tongue::Chinese, true) => {
                let units = units.trim_start_matches('个').to_owned();
                format!("{number}个整{units}")
            }
        }
    }

    /// `days`, `天`.
    pub(super) fn units(&self, count: i64, unit: Unit) -> String {
        match (self.tongue, unit) {
            (Tongue::English, unit) => printer::unit_after(count, unit),
            (Tongue::Chinese, Unit::Quarter) => "个季度".to_owned(),
            (Tongue::Chinese, unit) => words::unit_word(unit).chinese.to_owned(),
        }
    }
}

/// With a comma after every three digits of the whole part.
fn grouped(number: &str) -> String {
    let (whole, rest) = match number.split_once('.') {
        Some((whole, rest)) => (whole, format!(".{rest}")),
        None => (number, String::new()),
    };
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if at > 0 && left.is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + &rest
}

/// `50万`, `1.2亿`; digits where that would not be shorter.
fn chinese(number: Decimal) -> String {
    for (power, letter) in [(8, "亿"), (4, "万")] {
        if let Some(scaled) = number.shifted(-power)
            && scaled.places <= 2
            && scaled.mantissa >= 10i128.saturating_pow(scaled.places)
        {
            return format!("{scaled}{letter}");
        }
    }
    number.to_string()
}
