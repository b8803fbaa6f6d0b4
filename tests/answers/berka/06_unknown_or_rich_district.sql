-- question: Unknown meets yes: few crimes, or wages over 9,000
-- filter: crimes < 1000 or average_salary > 9000
-- 筛选: 犯罪数 < 1000 或 平均工资 超过 9千
-- yes: 2639
-- no: 2669
-- unknown: 61
-- sum of ids: 8825234
SELECT p.id, crimes < 1000 OR salary > 9000 AS answer FROM person p;
