-- question: Three times as much on the account as subscribers have on average
-- filter: balance > 3 * overall(avg(balance) among subscribed)
-- 筛选: 余额 > 3 * 总体（平均（余额） 范围内 已订购）
-- yes: 2499
-- no: 42712
-- unknown: 0
-- sum of ids: 62830325
SELECT id, balance / 100.0 > 3 * (SELECT money_mean(balance) FROM person WHERE subscribed) AS answer FROM person;
