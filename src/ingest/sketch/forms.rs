//! Amounts and dates in forms that no kind is read from as they stand, with the expression that reads them
//! where there is one.

use crate::ingest::expression::exact;
use crate::ingest::fault::excerpt;

/// What is taken out of a value, or put in its place, before it is a number.
type Steps = &'static [(&'static str, &'static str)];

/// Ways in which amounts are written; the first that fits counts.
const AMOUNTS: [(&str, Steps); 12] = [
    ("a comma for thousands", &[(",", "")]),
    ("a blank for thousands", &[(" ", "")]),
    ("a blank for thousands", &[("\u{a0}", "")]),
    ("a comma for the point", &[(".", ""), (",", ".")]),
    ("a comma for the point", &[(" ", ""), (",", ".")]),
    ("brackets for less than nothing", &[("(", "-"), (")", "")]),
    (
        "brackets for less than nothing",
        &[("(", "-"), (")", ""), (",", "")],
    ),
    ("a currency", &[("¥", ""), (",", "")]),
    ("a currency", &[("￥", ""), (",", "")]),
    ("a currency", &[("$", ""), (",", "")]),
    ("a currency", &[("€", ""), (",", "")]),
    ("a currency", &[("元", ""), (",", "")]),
];
/// Signs behind numbers that count for a power of ten.
const SCALES: [(&str, &str); 3] = [("%", " / 100"), ("万", " * 10000"), ("亿", " * 100000000")];

/// What the first values of a column look like, where all of them do; `column` as an expression names it.
pub fn hint(values: &[String], column: &str) -> Option<String> {
    let first = excerpt(values.first()?);
    for (sign, factor) in SCALES {
        let is_scaled = |value: &String| value.strip_suffix(sign).and_then(exact).is_some();
        if values.iter().all(is_scaled) {
            return Some(format!(
                "looks like numbers before `{sign}`, such as `{first}`: `number(replace({column}, \"{sign}\", \"\")){factor}` reads them"
            ));
        }
    }
    for (what, steps) in AMOUNTS {
        let written = excerpt(values.iter().find(|value| exact(value).is_none())?);
        if values.iter().all(|value| is_read(value, steps)) {
            let reading = steps.iter().fold(column.to_owned(), |inner, (from, to)| {
                format!("replace({inner}, \"{from}\", \"{to}\")")
            });
            return Some(format!(
                "looks like amounts with {what}, such as `{written}`: `{reading}` reads them, and the field can be money"
            ));
        }
    }
    let are = |is: fn(&str) -> bool| values.iter().all(|value| is(value));
    if are(is_loose_day) {
        return Some(format!(
            "looks like dates of another form, such as `{first}`: a pattern of `date` reads days and months of two digits and years of two or four"
        ));
    }
    let is_signed = |value: &String| {
        exact(value).is_some() || value.strip_suffix('-').and_then(exact).is_some()
    };
    values.iter().all(is_signed).then(|| {
        format!(
            "looks like amounts with the sign behind, such as `{first}`: no expression reads them"
        )
    })
}

/// Whether the steps make a number of a value, and no other one of a value that is one in another form.
fn is_read(value: &str, steps: Steps) -> bool {
    let is_point = steps.iter().any(|(from, to)| (*from, *to) == (",", "."));
    let mut number = value.to_owned();
    for (from, to) in steps {
        let parts_thousands = matches!(*from, "," | " " | "\u{a0}" | ".") && to.is_empty();
        if parts_thousands && !is_grouped(&number, from, is_point) {
            return false;
        }
        number = number.replace(from, to);
    }
    // Of a number that has a point already a comma for the point would make another.
    let is_plain = !is_point || value.contains(',') || !value.contains('.');
    is_plain && exact(&number).is_some()
}

/// Whether a sign that is to be taken out stands before three digits each time, and behind some.
fn is_grouped(value: &str, sign: &str, is_point: bool) -> bool {
    let whole = match is_point {
        true => value.split(',').next().unwrap_or(value),
        false => value.split('.').next().unwrap_or(value),
    };
    // Behind the point there are no thousands.
    if whole.matches(sign).count() < value.matches(sign).count() {
        return false;
    }
    let mut groups = whole.split(sign);
    groups.next();
    groups.all(|group| {
        let digits = group.trim_end_matches([')', '元', '€', ' ']);
        digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A day by three numbers, or by a month's name between two.
fn is_loose_day(value: &str) -> bool {
    let day = value.split([' ', 'T']).next().unwrap_or(value);
    let parts: Vec<&str> = day
        .split(['.', '/', '-', '年', '月', '日'])
        .filter(|part| !part.is_empty())
        .collect();
    let number = |part: &&str| part.parse::<u32>().ok();
    let [first, middle, last] = parts.as_slice() else {
        return false;
    };
    let is_month = number(middle).is_some_and(|month| (1..=31).contains(&month))
        || middle.len() == 3 && middle.bytes().all(|byte| byte.is_ascii_alphabetic());
    let ends = [number(first), number(last)];
    let is_sized = |end: &Option<u32>| end.is_some_and(|end| end <= 9_999);
    let is_short = |end: &Option<u32>| end.is_some_and(|end| (1..=31).contains(&end));
    is_month && ends.iter().all(is_sized) && ends.iter().any(is_short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> String {
        let values: Vec<String> = values.iter().map(|value| value.to_string()).collect();
        hint(&values, "v").unwrap_or_default()
    }

    #[test]
    fn amounts_come_with_the_expression_that_reads_them() {
        let cases: [(&[&str], &str); 14] = [
            (
                &["1,234.56", "12,345.00", "999"],
                "`replace(v, \",\", \"\")`",
            ),
            (&["1 234.56", "999"], "`replace(v, \" \", \"\")`"),
            (
                &["1.234,56", "999,00"],
                "`replace(replace(v, \".\", \"\"), \",\", \".\")`",
            ),
            (
                &["1234,56", "3,5"],
                "`replace(replace(v, \".\", \"\"), \",\", \".\")`",
            ),
            (
                &["(100.00)", "5.00"],
                "`replace(replace(v, \"(\", \"-\"), \")\", \"\")`",
            ),
            (
                &["(1,100.00)", "5.00"],
                "`replace(replace(replace(v, \"(\", \"-\"), \")\", \"\"), \",\", \"\")`",
            ),
            (
                &["¥1,000", "¥3"],
                "`replace(replace(v, \"¥\", \"\"), \",\", \"\")`",
            ),
            (&["12%", "3.5%"], "`number(replace(v, \"%\", \"\")) / 100`"),
            (
                &["5万", "1.2万"],
                "`number(replace(v, \"万\", \"\")) * 10000`",
            ),
            (&["100-", "7"], "with the sign behind"),
            (&["2024年1月31日", "2024年12月1日"], "dates of another form"),
            (&["31.1.24", "1.2.24"], "dates of another form"),
            (&["31-Jan-2024"], "dates of another form"),
            (&["2024-01-31", "31.12.2024"], "dates of another form"),
        ];
        for (values, wanted) in cases {
            let said = of(values);
            assert!(said.contains(wanted), "{values:?}: {said}");
        }
        let none: [&[&str]; 7] = [
            &[],
            &["1", "2"],
            &["Prague", "Brno"],
            &["1,2,3", "4,5,6"],
            &["10.0.0.1"],
            &["555-123-4567"],
            &["1,234.56", "1.234,56"],
        ];
        for values in none {
            assert_eq!(of(values), "", "{values:?}");
        }
    }
}
