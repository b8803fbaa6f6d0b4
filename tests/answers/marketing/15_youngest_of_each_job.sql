-- question: Among the ten youngest of the job, ties counting once; unknown where the job is
-- filter: bottom 10 by age per job
-- 筛选: 末位 10 按 年龄 每个 职业
-- yes: 171
-- no: 44752
-- unknown: 288
-- sum of ids: 4695816
SELECT id, CASE WHEN job IS NULL THEN NULL ELSE rank() OVER (PARTITION BY job ORDER BY age) <= 10 END AS answer FROM person;
