-- question: The payments of a year have a median of 5,000 or more; unknown without any
-- filter: median(debit.amount, last 365 days) >= 5000
-- 筛选: 中位数（出账.金额，近365天） >= 5000
-- yes: 379
-- no: 729
-- unknown: 4261
-- sum of ids: 1520689
SELECT p.id, (SELECT median(amount) FROM paid_out m WHERE m.id = p.id AND day >= date('1994-03-30', '-364 days') AND day <= '1994-03-30') >= 500000 AS answer FROM person p;
