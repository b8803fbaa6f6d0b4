-- question: Birthdays in the next seven days, today first
-- filter: anniversary(birth_date) in next 7 days
-- 筛选: 周年(出生日期) 属于 未来7天
-- yes: 96
-- no: 5273
-- unknown: 0
-- sum of ids: 325929
SELECT p.id, strftime('%m-%d', born) IN ('03-30','03-31','04-01','04-02','04-03','04-04','04-05') AS answer FROM person p;
