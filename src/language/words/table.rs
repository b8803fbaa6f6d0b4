//! The table itself: one line a word. Name, role, English, Chinese, further forms read.

use super::{Role, Word};

macro_rules! words {
    ($($name:ident $role:ident $english:literal $chinese:literal [$($read:literal)*])*) => {
        $(
            #[doc = concat!("`", $english, "`, `", $chinese, "`")]
            pub const $name: Word = Word {
                name: stringify!($name),
                role: Role::$role,
                english: $english,
                chinese: $chinese,
                read: &[$($read),*],
            };
        )*
        /// Every word.
        pub const ALL: &[Word] = &[$($name),*];
    };
}

/// Words that open or follow an operand, and so cannot be unquoted names.
pub const RESERVED: &[&str] = &[
    "and",
    "or",
    "not",
    "if",
    "then",
    "else",
    "in",
    "between",
    "is",
    "where",
    "case",
    "default",
    "且",
    "或",
    "非",
    "若",
    "则",
    "否则",
    "属于",
    "不属于",
    "介于",
    "其中",
    "缺省",
    "缺失",
    "已知",
    "包含",
    "匹配",
    "不低于",
    "不超过",
    "超过",
    "高于",
    "低于",
    "不满",
];

words! {
    SETTINGS Item "settings" "设置" []
    CUSTOMER Item "customer" "客户" ["客戶"]
    EVENT Item "event" "事件" []
    HOLDING Item "holding" "持有" []
    RELATION Item "relation" "关系" []
    SOURCE Item "source" "来源" ["來源"]
    PARAM Item "param" "参数" ["參數"]
    METRIC Item "metric" "指标" ["指標"]
    FILTER Item "filter" "筛选" ["篩選"]
    CARE Item "care" "关怀" ["關懷"]
    SCORE Item "score" "评分" ["評分"]
    SCORECARD Item "scorecard" "评分卡" ["評分卡"]
    STAGES Item "stages" "阶段" ["階段"]
    TIERS Item "tiers" "等级" ["等級"]
    REPORT Item "report" "报表" ["報表"]
    TEST Item "test" "用例" []

    BOOL Kind "bool" "是非" ["boolean" "布尔"]
    INT Kind "int" "整数" ["integer"]
    NUMBER Kind "number" "数值" ["float" "double" "数字"]
    MONEY Kind "money" "金额" []
    TEXT Kind "text" "文本" ["string" "字符串"]
    DATE Kind "date" "日期" []
    TIME Kind "time" "时刻" ["timestamp" "datetime"]
    ONE_OF Kind "one of" "取值" []
    SET_OF Kind "set of" "集合" []

    AS Schema "as" "作为" []
    SENSITIVE Schema "sensitive" "敏感" []
    INVERSE Schema "inverse" "反向" []
    KEY Schema "key" "键" []
    FORMAT Schema "format" "格式" []
    DELIMITER Schema "delimiter" "分隔符" []
    BLANKS Schema "blanks" "空白" []
    QUOTE Schema "quote" "引号" []
    HEADER Schema "header" "表头" []
    ENCODING Schema "encoding" "编码" []
    WHEN Schema "when" "当" []
    SKIP Schema "skip" "跳过" []
    RANGE Schema "range" "范围" []
    BASE Schema "base" "基础" []
    KEEP Schema "keep" "保留" []
    TIME_ZONE Schema "time_zone" "时区" []
    CLOCK_STARTS Schema "clock starts" "时钟始于" []
    DESC Schema "desc" "降序" ["descending"]
    ASC Schema "asc" "升序" ["ascending"]

    AND Operator "and" "且" ["并且" "而且" "並且"]
    OR Operator "or" "或" ["或者"]
    NOT Operator "not" "非" ["并非"]
    IF Operator "if" "若" ["如果"]
    THEN Operator "then" "则" ["則" "那么"]
    ELSE Operator "else" "否则" ["否則"]
    CASE Operator "case" "分档" []
    IN Operator "in" "属于" ["屬於"]
    NOT_IN Operator "not in" "不属于" ["不屬於"]
    BETWEEN Operator "between" "介于" ["介於"]
    NOT_BETWEEN Operator "not between" "不介于" []
    BETWEEN_AND Operator "and" "与" ["和" "到" "至" "與"]
    IS_MISSING Operator "is missing" "缺失" ["is null" "is not present" "is unknown" "为空" "為空" "是空"]
    IS_PRESENT Operator "is present" "已知" ["is not missing" "is not null" "is known" "不为空" "不為空"]
    DEFAULT Operator "default" "缺省" ["默认"]
    CONTAINS Operator "contains" "包含" []
    STARTS_WITH Operator "starts with" "开头为" ["开头是" "開頭為"]
    ENDS_WITH Operator "ends with" "结尾为" ["结尾是" "結尾為"]
    MATCHES Operator "matches" "匹配" []
    NOT_CONTAINS Operator "not contains" "不包含" ["does not contain"]
    WHERE Operator "where" "其中" []
    ALL_OF Operator "all of" "全部满足" []
    ANY_OF Operator "any of" "任一满足" []
    AT_LEAST Operator "at least" "至少满足" []
    OF_ITEMS Operator "of" "项" []
    FOLLOWED Operator "followed" "先后" []
    NOT_FOLLOWED Operator "no" "未" []
    BY Operator "by" "按" ["按照" "依"]
    PER Operator "per" "每个" ["各" "每一个"]
    AMONG Operator "among" "范围内" ["限于" "在范围内"]
    TIES_BY_ID Operator "ties by id" "同分按编号" ["并列按编号" "同值按编号"]
    TOP Operator "top" "前列" ["排名前" "位列前" "居前"]
    BOTTOM Operator "bottom" "末位" ["排名后" "位列后" "居后"]

    EQUAL Compare "=" "等于" ["equals" "等於"]
    NOT_EQUAL Compare "!=" "不等于" ["不等於" "不是"]
    LESS Compare "<" "低于" ["不满" "小于" "少于" "不足" "小於" "低於" "不滿" "少於"]
    LESS_EQUAL Compare "<=" "不超过" ["小于等于" "小于或等于" "不大于" "不高于" "不多于" "小於等於" "不超過" "不大於" "不高於" "不多於"]
    GREATER Compare ">" "超过" ["高于" "大于" "多于" "大於" "超過" "高於" "多於" "超出"]
    GREATER_EQUAL Compare ">=" "不低于" ["大于等于" "大于或等于" "不小于" "不少于" "大於等於" "不低於" "不小於" "不少於"]
    OR_MORE CompareAfter ">=" "以上" ["及以上" "或以上"]
    OR_LESS CompareAfter "<=" "以下" ["及以下" "或以下"]

    YES Literal "yes" "是" ["true"]
    NO Literal "no" "否" ["false"]
    TODAY Literal "today" "今天" []
    NOW Literal "now" "此刻" ["现在"]
    MISSING Literal "missing" "缺失" ["null"]

    MINUTES_SINCE Since "minutes since" "距今分钟数" ["minute since"]
    HOURS_SINCE Since "hours since" "距今小时数" ["hour since"]
    DAYS_SINCE Since "days since" "距今天数" ["day since"]
    WEEKS_SINCE Since "weeks since" "距今周数" ["week since"]
    MONTHS_SINCE Since "months since" "距今月数" ["month since"]
    QUARTERS_SINCE Since "quarters since" "距今季度数" ["quarter since"]
    YEARS_SINCE Since "years since" "距今年数" ["year since"]

    LAST Window "last" "近" ["最近" "过去" "過去"]
    WHOLE Window "whole" "整" ["个整"]
    PREVIOUS Window "previous" "前" []
    ROLLING Window "rolling" "滚动" []
    NEXT Window "next" "未来" ["今后"]
    SINCE Window "since" "自" ["从" "從"]
    SINCE_END Window "" "起" ["开始" "以来"]
    BEFORE Window "before" "之前" ["以前"]
    WITHIN Window "within" "" []
    AFTER Window "after" "之后" ["以后" "之後" "以後"]
    WITHIN_END Window "" "内" ["之内" "以内" "內" "之內" "以內"]
    BETWEEN_END Window "" "之间" []
    AGO Window "ago" "前" []
    HALF_LIFE Window "half-life" "半衰期" []
    THIS_DAY Window "this day" "本日" ["今日"]
    THIS_WEEK Window "this week" "本周" ["这周" "本星期"]
    THIS_MONTH Window "this month" "本月" ["这个月" "当月"]
    THIS_QUARTER Window "this quarter" "本季度" ["本季"]
    THIS_YEAR Window "this year" "本年" ["今年"]
    PREVIOUS_DAY Window "previous day" "昨日" ["昨天" "yesterday" "last day"]
    PREVIOUS_WEEK Window "previous week" "上周" ["上星期" "上个星期" "last week"]
    PREVIOUS_MONTH Window "previous month" "上月" ["上个月" "last month"]
    PREVIOUS_QUARTER Window "previous quarter" "上季度" ["上季" "上个季度" "last quarter"]
    PREVIOUS_YEAR Window "previous year" "去年" ["上年" "last year"]

    MINUTE Unit "minute" "分钟" ["minutes" "分鐘"]
    HOUR Unit "hour" "小时" ["hours" "个小时" "小時"]
    DAY Unit "day" "天" ["days" "日"]
    WEEK Unit "week" "周" ["weeks" "星期" "个星期" "週"]
    MONTH Unit "month" "个月" ["months" "月" "個月"]
    QUARTER Unit "quarter" "季度" ["quarters" "个季度"]
    YEAR Unit "year" "年" ["years"]

    ANY_RELATION Quantifier "any" "任一" ["有"]
    ALL_RELATION Quantifier "all" "全部" []
    NONE_RELATION Quantifier "none" "没有" ["无" "沒有" "無"]
    STEPS Quantifier "steps" "步" ["step"]

    COUNT Aggregate "count" "次数" ["计数" "人数" "个数" "次數"]
    SUM Aggregate "sum" "合计" ["总和" "求和" "總和" "合計"]
    AVG Aggregate "avg" "平均" ["average" "mean"]
    MIN Aggregate "min" "最小" ["最小值"]
    MAX Aggregate "max" "最大" ["最大值"]
    DISTINCT Aggregate "distinct" "去重数" ["去重數"]
    FIRST Aggregate "first" "首次" []
    LAST_FACT Aggregate "last" "最近" ["latest"]
    ANY_FACT Aggregate "any" "有" ["exists"]
    NONE_FACT Aggregate "none" "无" ["無"]
    MEDIAN Aggregate "median" "中位数" ["中位"]
    STDDEV Aggregate "stddev" "标准差" []
    MODE Aggregate "mode" "众数" []
    MODES Aggregate "modes" "众数集" []
    SHARE Aggregate "share" "占比" ["比例"]
    GAP Aggregate "gap" "最长间隔" []
    PEAK Aggregate "peak" "峰值" ["高峰"]
    STREAK Aggregate "streak" "连续" ["最长连续"]
    TREND Aggregate "trend" "趋势" []
    RISING Aggregate "rising" "递增" ["逐期递增"]
    FALLING Aggregate "falling" "递减" ["逐期递减"]
    DAYS Aggregate "days" "天数" []
    WEEKS Aggregate "weeks" "周数" []
    MONTHS Aggregate "months" "月数" []
    QUARTERS Aggregate "quarters" "季度数" ["季数"]
    YEARS Aggregate "years" "年数" []
    ELAPSED Aggregate "elapsed" "间隔" []
    RECORDED Aggregate "recorded" "更新时刻" []

    CLAMP Function "clamp" "限幅" []
    ROUND Function "round" "四舍五入" []
    FLOOR Function "floor" "取整" []
    ABS Function "abs" "绝对值" []
    LOG Function "log" "对数" ["ln"]
    EXP Function "exp" "指数" []
    SQRT Function "sqrt" "平方根" []
    SCALE Function "scale" "标度" []
    DECAY Function "decay" "衰减" []
    WEIGHTED Function "weighted" "加权" []
    LEFT Function "left" "左取" []
    RIGHT Function "right" "右取" []
    MIDDLE Function "middle" "截取" ["substring" "mid"]
    LENGTH Function "length" "长度" ["len"]
    UPPER Function "upper" "转大写" []
    LOWER Function "lower" "转小写" []
    TRIM Function "trim" "去空白" []
    REPLACE Function "replace" "替换" []
    BEFORE_MARK Function "before" "前段" []
    AFTER_MARK Function "after" "后段" []
    YEAR_OF Function "year" "年份" []
    QUARTER_OF Function "quarter" "季度" []
    MONTH_OF Function "month" "月份" []
    DAY_OF Function "day" "日" []
    WEEKDAY Function "weekday" "星期几" []
    ANNIVERSARY Function "anniversary" "周年" []
    LOOKUP Function "lookup" "查找" []
    MISSING_IF Function "missing_if" "视为缺失" []

    ALL_FACT LaterFunction "all" "全为" []
    CUT Aggregate "cut" "分位点" []
    PERCENTILE Function "percentile" "百分位" ["百分位数"]
    RANK Function "rank" "名次" ["排名"]
    QUINTILE Function "quintile" "五分位" ["五等分"]
    QUANTILE Function "quantile" "分位" ["等分"]
    OVERALL Function "overall" "总体" ["整体" "全体"]

    SELF BuiltIn "self" "本人" []
    ROW BuiltIn "row" "行号" []
    RECORD BuiltIn "record" "记录" []
    CLEAR BuiltIn "clear" "清空" []
    ID BuiltIn "id" "编号" []
    FROM BuiltIn "from" "起点" []
    TO BuiltIn "to" "终点" []
    SINCE_FIELD BuiltIn "since" "起于" []
    AT BuiltIn "at" "时间" []
    SEQUENCE BuiltIn "sequence" "次序" []
    PLUGIN BuiltIn "plugin" "插件" []

    FOR Care "for" "对象" []
    EXCLUDE Care "exclude" "排除" []
    CARE_WHEN Care "when" "时机" ["当"]
    ENTERS Care "enters" "进入时" []
    EVERY_DAY_AT Care "every day at" "每天" ["每日"]
    EVERY_MONTH_ON_DAY Care "every month on day" "每月" []
    EVERY_YEAR_ON Care "every year on" "每年" []
    AFTER_EVENT Care "after event" "事件后" []
    BY_HAND Care "by hand" "手动" []
    CARE_AT Care "at" "" []
    CARE_TO Care "to" "至" ["到"]
    ONCE_PER Care "once per" "每" []
    ONCE_END Care "" "一次" []
    LIMIT Care "limit" "上限" []
    PER_DAY Care "per day" "每天" ["每日"]
    PER_CUSTOMER_PER Care "per customer per" "每客户每" ["每个客户每" "每位客户每" "每个客户 每" "每客户 每"]
    QUIET Care "quiet" "免打扰" []
    HOLDOUT Care "holdout" "对照组" []
    EXPECT_AT_MOST Care "expect at most" "预期至多" []
    ENTERING Care "entering" "进入" []
    GOAL Care "goal" "目标" []
    INCLUDING_THOSE_ALREADY_IN Care "including those already in" "含已在内" []
    INCLUDING_RULE_CHANGES Care "including rule changes" "含规则变更" []
    STEP Care "step" "步骤" []
    SEND Care "send" "发送" []
    TASK Care "task" "任务" []
    TAG Care "tag" "标签" []
    STOP Care "stop" "停止" []
    EMAIL_CHANNEL Channel "email" "邮件" ["e-mail" "mail"]

    OVER Report "over" "针对" []
    ORDER_BY Report "order by" "排序" []
    TOP_ROWS Report "top" "前" []

    AS_OF Test "as of" "截至" []
    OF Test "of" "属" []
    STARTED Test "started" "启动" []
    EXPECT Test "expect" "应为" []
    RECEIVES Test "receives" "收到" []
    DOES_NOT_RECEIVE Test "does not receive" "未收到" ["not receives"]
}
