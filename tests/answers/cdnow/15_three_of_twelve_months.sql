-- question: An order in three of the last twelve whole months
-- filter: months(any(purchase), last 12 whole months) >= 3
-- 筛选: 月数（有（购买），近12个整月） >= 3
-- yes: 297
-- no: 2060
-- unknown: 0
-- sum of ids: 367388
SELECT p.id, (SELECT count(DISTINCT substr(day, 1, 7)) FROM bought b WHERE b.id = p.id AND day >= '1997-06-01' AND day < '1998-06-01') >= 3 AS answer FROM person p;
