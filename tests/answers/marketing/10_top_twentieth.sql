-- question: The richest twentieth of all
-- filter: top 5% by balance
-- 筛选: 前列 5% 按 余额
-- yes: 2263
-- no: 42948
-- unknown: 0
-- sum of ids: 57285241
SELECT id, rank() OVER (ORDER BY balance DESC) <= ((SELECT count(*) FROM person) * 5 + 99) / 100 AS answer FROM person;
