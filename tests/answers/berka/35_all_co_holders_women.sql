-- question: All co-holders are women, and there is one
-- filter: count(co_holder) >= 1 and all co_holder (gender = female)
-- 筛选: 次数（共同持有人） >= 1 且 全部 共同持有人（性别 = 女）
-- yes: 869
-- no: 4500
-- unknown: 0
-- sum of ids: 2819164
SELECT p.id, EXISTS (SELECT 1 FROM shares s WHERE s.id = p.id) AND NOT EXISTS (SELECT 1 FROM shares s JOIN person o ON o.id = s.other WHERE s.id = p.id AND o.gender <> 'female') AS answer FROM person p;
