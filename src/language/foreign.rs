//! Words that people bring from databases, spreadsheets, programs and everyday Chinese, with what
//! is written here instead. What means one thing here is in the word table and simply read; these
//! need another form. Answers a word with a sentence; reports nothing itself.

/// The words, in small letters, and what to write.
const TABLE: &[(&[&str], &str)] = &[
    // what is not there
    (
        &[
            "coalesce", "ifnull", "nvl", "isnull", "iferror", "ifna", "zn", "空则",
        ],
        "write `X default 0`, X 缺省 0: what counts where X is missing",
    ),
    (
        &[
            "isblank", "isempty", "isna", "isnan", "empty", "blank", "空", "空值", "为null",
        ],
        "write `X is missing`, X 缺失",
    ),
    (
        &["notnull", "isnotnull", "notna", "非空", "有值", "不空"],
        "write `X is present`, X 已知",
    ),
    (
        &["none", "nil", "undefined", "nan", "na", "nothing", "无值"],
        "write `missing`, 缺失; a test is `X is missing`",
    ),
    (
        &["nullif"],
        "write `if X = VALUE then missing else X`; in a source `missing_if(X, VALUE)`",
    ),
    // counting with conditions
    (
        &["sumif", "sumifs", "sumproduct", "条件求和"],
        "write `sum(EVENT.FIELD where CONDITION)`, 合计（事件.字段 其中 条件）",
    ),
    (
        &["countif", "countifs", "counta", "条件计数"],
        "write `count(EVENT where CONDITION)`, 次数（事件 其中 条件）",
    ),
    (
        &["averageif", "averageifs", "avgif"],
        "write `avg(EVENT.FIELD where CONDITION)`, 平均（事件.字段 其中 条件）",
    ),
    (
        &["maxifs", "minifs", "maxif", "minif"],
        "write `max(EVENT.FIELD where CONDITION)`, 最大（事件.字段 其中 条件）",
    ),
    (
        &[
            "count_distinct",
            "countdistinct",
            "nunique",
            "unique",
            "distinctcount",
        ],
        "write `distinct(EVENT.FIELD)`, 去重数（事件.字段）",
    ),
    (
        &["std", "stdev", "stdevp", "var", "variance"],
        "write `stddev(EVENT.FIELD)`, 标准差（事件.字段）",
    ),
    (
        &[
            "having",
            "filter_where",
            "groupby",
            "group_by",
            "partition",
            "over_partition",
        ],
        "conditions stand in `where`, groups in a `report … per A` or in `among F per A`",
    ),
    (
        &["row_number", "dense_rank", "rank_eq"],
        "write `rank(X)`, 名次（X）; per group `rank(X per GROUP)`",
    ),
    (
        &[
            "percent_rank",
            "percentrank",
            "cume_dist",
            "percentile_cont",
        ],
        "write `percentile(X)`, 百分位（X）",
    ),
    (
        &["ntile", "qcut", "quartile", "decile"],
        "write `quantile(X, 4)`, 分位（X，4）",
    ),
    // dates
    (
        &[
            "datediff",
            "timestampdiff",
            "datedif",
            "date_diff",
            "daysbetween",
            "days_between",
        ],
        "write `days since D`, 距今天数 D, or `LATER - EARLIER` for the days between two dates",
    ),
    (
        &[
            "dateadd",
            "date_add",
            "adddate",
            "date_sub",
            "timedelta",
            "edate",
            "interval",
        ],
        "write `D + 30 days` or `D - 3 months`",
    ),
    (
        &[
            "getdate",
            "curdate",
            "current_date",
            "sysdate",
            "todaydate",
            "今日日期",
            "当前日期",
        ],
        "write `today`, 今天",
    ),
    (
        &[
            "current_timestamp",
            "current_time",
            "sysdatetime",
            "datetime_now",
            "当前时间",
        ],
        "write `now`, 此刻",
    ),
    (
        &[
            "to_date",
            "str_to_date",
            "strptime",
            "parse_date",
            "datevalue",
            "cast",
            "convert",
        ],
        "in a source write `date(X, \"yyyyMMdd\")`, `number(X)`, `time(X, …)`",
    ),
    (
        &[
            "eomonth",
            "last_day",
            "date_trunc",
            "trunc",
            "date_format",
            "strftime",
        ],
        "write `year(D)`, `quarter(D)`, `month(D)`, `day(D)`; windows are `this month`, `previous month`",
    ),
    // choices
    (
        &["ifs", "switch", "decode", "iif", "elif", "elseif", "elsif"],
        "write `case { CONDITION: VALUE, else: VALUE }`, 分档 { 条件：值，否则：值 }",
    ),
    (
        &["endif", "end_if", "fi"],
        "an `if` needs no end: `if CONDITION then VALUE else VALUE`",
    ),
    (&["greatest"], "write `max(A, B)`, 最大（A，B）"),
    (&["least"], "write `min(A, B)`, 最小（A，B）"),
    // texts
    (
        &[
            "like",
            "ilike",
            "rlike",
            "regexp",
            "regexp_like",
            "re_match",
            "similar",
        ],
        "write `contains \"…\"`, `starts with \"…\"`, `ends with \"…\"` or `matches \"REGEX\"`",
    ),
    (
        &["startswith", "starts_with", "beginswith", "以开头", "打头"],
        "write `X starts with \"…\"`, X 开头为 \"…\"",
    ),
    (
        &["endswith", "ends_with", "以结尾"],
        "write `X ends with \"…\"`, X 结尾为 \"…\"",
    ),
    (
        &[
            "find",
            "search",
            "instr",
            "charindex",
            "indexof",
            "includes",
            "strpos",
            "含",
            "含有",
            "包括",
        ],
        "write `X contains \"…\"`, X 包含 \"…\"",
    ),
    (
        &["notcontains", "不含", "不含有", "不包括"],
        "write `not (X contains \"…\")`, X 不包含 \"…\"",
    ),
    (
        &["substr", "slice"],
        "write `middle(X, FROM, LENGTH)`, `left(X, N)` or `right(X, N)`",
    ),
    (
        &["ucase", "toupper", "touppercase"],
        "write `upper(X)`, 转大写（X）",
    ),
    (
        &["lcase", "tolower", "tolowercase", "casefold"],
        "write `lower(X)`, 转小写（X）",
    ),
    (&["ltrim", "rtrim", "strip"], "write `trim(X)`, 去空白（X）"),
    (
        &["charlength", "char_length", "字数", "字符数"],
        "write `length(X)`, 长度（X）",
    ),
    // numbers
    (&["pow", "power"], "multiply, or use `exp` and `log`"),
    (
        &["mod", "modulo", "remainder"],
        "there is no remainder; for shares of people use `quantile` or `top 10%`",
    ),
    (
        &["ceil", "ceiling", "roundup"],
        "write `-floor(-X)`, or `round(X, PLACES)`",
    ),
    (
        &["rounddown", "int_of", "tointeger"],
        "write `floor(X)`, 取整（X）",
    ),
    // files
    (
        &[
            "vlookup",
            "hlookup",
            "xlookup",
            "join",
            "merge",
            "left_join",
        ],
        "in a source write `lookup(OTHER, KEY).FIELD`, 查找（…）",
    ),
    // whole statements
    (
        &[
            "select", "update", "delete", "insert", "def", "function", "var_", "let", "const",
            "create",
        ],
        "write a rule: `filter NAME: CONDITION`, 筛选 名称：条件",
    ),
    // everyday Chinese
    (
        &["至少", "最少", "起码", "不下于", "大于或者等于"],
        "write 不低于 or `>=`: 资产 不低于 50万",
    ),
    (
        &["至多", "最多", "顶多", "不多过"],
        "write 不超过 or `<=`: 年龄 不超过 60",
    ),
    (&["以及", "同时", "并", "还要", "加上"], "write 且, `and`"),
    (&["要么", "抑或"], "write 或, `or`"),
    (&["要是", "假如", "倘若"], "write 若 … 则 … 否则 …"),
    (&["不然", "要不然", "其他", "其它"], "write 否则, `else`"),
    (&["当中", "之中", "里面"], "write X 属于（…）, `X in (…)`"),
    (
        &["每月", "每年", "每天"],
        "figures by a unit of time are written 按月, `by month`, inside an aggregate",
    ),
];

/// What to write for a word that is brought from elsewhere; letters of either case,
/// traditional characters as their simplified forms.
pub fn advice(word: &str) -> Option<&'static str> {
    let small = word.to_lowercase();
    let word = super::traditional::simplified(&small);
    let found = TABLE.iter().find(|(words, _)| words.contains(&&*word));
    found.map(|(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_word_is_answered_once_and_none_is_a_word_of_the_language() {
        let mut seen = BTreeSet::new();
        for (words, advice) in TABLE {
            assert!(!advice.ends_with('.'), "{advice}");
            for word in *words {
                assert!(seen.insert(*word), "{word} twice");
                let known = crate::language::words::function(word).is_some();
                assert!(!known || *word == "none", "{word} is a word here");
            }
        }
    }

    #[test]
    fn words_are_found_in_any_dress() {
        assert!(advice("IFERROR").is_some_and(|text| text.contains("default 0")));
        assert!(advice("SumIf").is_some_and(|text| text.contains("where")));
        assert!(advice("條件求和").is_some_and(|text| text.contains("其中")));
        assert_eq!(advice("assets"), None);
    }
}
