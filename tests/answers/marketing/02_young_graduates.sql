-- question: Under 30 with a degree; unknown where the degree is
-- filter: age < 30 and education = tertiary
-- 筛选: 年龄 低于 30 且 学历 = 大学
-- yes: 1474
-- no: 43534
-- unknown: 203
-- sum of ids: 41655362
SELECT id, age < 30 AND education = 'tertiary' AS answer FROM person;
