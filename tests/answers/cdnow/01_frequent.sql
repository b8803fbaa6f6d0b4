-- question: Ten purchases or more
-- filter: count(purchase) >= 10
-- 筛选: 次数（购买） 不低于 10
-- yes: 111
-- no: 2246
-- unknown: 0
-- sum of ids: 122306
SELECT id, n >= 10 AS answer FROM person;
