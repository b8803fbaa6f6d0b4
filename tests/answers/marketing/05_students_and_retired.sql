-- question: Students and retired people, whose job is known, over 18 and under 70
-- filter: job in ("student", "retired") and age in 19..<70
-- 筛选: 职业 属于（"student"，"retired"）且 年龄 属于 19..<70
-- yes: 2702
-- no: 42229
-- unknown: 280
-- sum of ids: 73264997
SELECT id, job IN ('student', 'retired') AND age >= 19 AND age < 70 AS answer FROM person;
