-- question: Calls longer than those of nine in ten
-- filter: percentile(duration) >= 90%
-- 筛选: 百分位（通话时长） >= 90%
-- yes: 4522
-- no: 40689
-- unknown: 0
-- sum of ids: 102959780
SELECT id, 10 * (rank() OVER (ORDER BY duration) - 1) >= 9 * ((SELECT count(*) FROM person) - 1) AS answer FROM person;
