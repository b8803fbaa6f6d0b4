-- question: The first deposit was under 500
-- filter: first(credit where operation = cash_in).amount < 500
-- 筛选: 首次（入账 其中 方式 = 现金存入）.金额 < 500
-- yes: 371
-- no: 858
-- unknown: 4140
-- sum of ids: 1237863
SELECT p.id, (SELECT amount FROM paid_in m WHERE m.id = p.id AND operation = 'VKLAD' ORDER BY day, number LIMIT 1) < 50000 AS answer FROM person p;
