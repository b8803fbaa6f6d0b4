-- question: Loans by what became of them, at the end of 1998
-- as of: 1998-12-31
-- report: report r over loan per status { n: count(loan)  total: sum(loan.amount)  mean: avg(amount)  long: round(share(loan where duration >= 36), 4)  nine_tenths: cut(amount, 90%) }
-- 报表: 报表 r 针对 贷款 每个 状态 { 笔数：次数（贷款） 总额：合计（贷款.金额） 均额：平均（金额） 长期：四舍五入（占比（贷款 其中 期数 不低于 36），4） 高额：分位点（金额，90%） }
-- row: A|203|18603216|91641.4581|0.2266|192134.4
-- row: B|31|4362348|140720.9032|0.3226|270648
-- row: C|403|69078372|171410.3524|0.7916|340857.6
-- row: D|45|11217804|249284.5333|0.8444|439768.8
SELECT status, count(*), sum(amount) / 100.0, money_mean(amount), round(1.0 * sum(months >= 36) / count(*), 4), cut(amount, 0.9) / 100 FROM lent GROUP BY status ORDER BY status;
