-- question: Three withdrawals or more in the last 90 days
-- filter: count(debit where operation = cash_out, last 90 days) >= 3
-- 筛选: 次数（出账 其中 方式 = 取现，近90天） >= 3
-- yes: 965
-- no: 4404
-- unknown: 0
-- sum of ids: 3390452
SELECT p.id, (SELECT count(*) FROM paid_out m WHERE m.id = p.id AND operation = 'VYBER' AND day >= '1993-12-31' AND day <= '1994-03-30') >= 3 AS answer FROM person p;
