-- question: More than 500 dollars in all
-- filter: sum(purchase.dollars) > 500
-- 筛选: 合计（购买.金额） > 500
-- yes: 76
-- no: 2281
-- unknown: 0
-- sum of ids: 85384
SELECT id, cents > 50000 AS answer FROM person;
